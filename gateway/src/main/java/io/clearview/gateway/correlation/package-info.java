/** One name for a request, from the answer to the last log line. */
@NullMarked
package io.clearview.gateway.correlation;

import org.jspecify.annotations.NullMarked;
