/** Parts of logs, metrics and traces that name nothing of a service. */
@NullMarked
package io.clearview.kit.telemetry;

import org.jspecify.annotations.NullMarked;
