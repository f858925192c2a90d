/** What several test classes share. */
@NullMarked
package io.clearview.kit.testing;

import org.jspecify.annotations.NullMarked;
