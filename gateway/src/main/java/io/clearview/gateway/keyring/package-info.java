/** Keys that are rotated without a restart. */
@NullMarked
package io.clearview.gateway.keyring;

import org.jspecify.annotations.NullMarked;
