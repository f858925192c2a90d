/** The whole system from outside, sound and broken. */
@NullMarked
package io.clearview.e2e;

import org.jspecify.annotations.NullMarked;
