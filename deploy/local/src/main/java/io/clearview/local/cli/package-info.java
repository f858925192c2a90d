/** The commands behind {@code deploy/local/up} and {@code deploy/local/down}. */
@NullMarked
package io.clearview.local.cli;

import org.jspecify.annotations.NullMarked;
