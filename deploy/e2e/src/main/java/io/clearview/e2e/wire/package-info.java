/** A network that breaks when told to. */
@NullMarked
package io.clearview.e2e.wire;

import org.jspecify.annotations.NullMarked;
