/**
 * The failure drill: breaks one part after the other under light load and tells what
 * users saw.
 */
@NullMarked
package io.clearview.e2e.drill;

import org.jspecify.annotations.NullMarked;
