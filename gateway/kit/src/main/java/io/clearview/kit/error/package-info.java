/** Error bodies, and how many users met an error. */
@NullMarked
package io.clearview.kit.error;

import org.jspecify.annotations.NullMarked;
