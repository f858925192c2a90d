/** The whole system on one machine, as child processes. */
@NullMarked
package io.clearview.local;

import org.jspecify.annotations.NullMarked;
