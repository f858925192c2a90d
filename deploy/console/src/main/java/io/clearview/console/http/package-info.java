/** Serves pages and their data on the loopback address, to this machine only. */
@NullMarked
package io.clearview.console.http;

import org.jspecify.annotations.NullMarked;
