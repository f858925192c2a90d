/**
 * The console: a feed to try ClearView on, live dashboards, and buttons that break the
 * local stack.
 */
@NullMarked
package io.clearview.console;

import org.jspecify.annotations.NullMarked;
