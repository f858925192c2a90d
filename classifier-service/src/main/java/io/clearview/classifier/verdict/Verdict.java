package io.clearview.classifier.verdict;

import io.clearview.classifier.verdict.Outcome.Judged;
import io.micrometer.tracing.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * What a flight brought.
 *
 * @param judged for the caller that started it
 * @param trace in which it was bought; null if it was not, or that one is not sampled
 */
record Verdict(Judged judged, @Nullable TraceContext trace) {
}
