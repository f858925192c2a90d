/** Runs the code of a request before there are requests. */
@NullMarked
package io.clearview.gateway.warmup;

import org.jspecify.annotations.NullMarked;
