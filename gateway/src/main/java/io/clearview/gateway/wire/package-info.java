/** How the contract writes things down. */
@NullMarked
package io.clearview.gateway.wire;

import org.jspecify.annotations.NullMarked;
