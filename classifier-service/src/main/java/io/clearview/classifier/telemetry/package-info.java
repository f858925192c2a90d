/** Names of every metric and log field, each with its meaning and cardinality. */
@NullMarked
package io.clearview.classifier.telemetry;

import org.jspecify.annotations.NullMarked;
