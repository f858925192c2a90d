/** What several test classes share. */
@NullMarked
package io.clearview.gateway.testing;

import org.jspecify.annotations.NullMarked;
