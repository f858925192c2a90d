/** Forms of values that both services write. */
@NullMarked
package io.clearview.kit.wire;

import org.jspecify.annotations.NullMarked;
