/** Key rings in directories, rotated without a restart. */
@NullMarked
package io.clearview.kit.keyring;

import org.jspecify.annotations.NullMarked;
