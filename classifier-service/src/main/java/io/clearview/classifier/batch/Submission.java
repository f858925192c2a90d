package io.clearview.classifier.batch;

import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.ObjIntConsumer;

import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.model.Judgement;
import io.micrometer.tracing.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * The posts of one request that the model is to judge, queued together.
 *
 * @param preference canonical
 * @param contents what is judged, one text a post, at least one
 * @param caller whose tier and share of the queue count
 * @param wantedNanos when the caller would like an answer: its batch leaves sooner if
 * that helps. On the clock of {@link System#nanoTime()}
 * @param deadlineNanos when an answer is of no use any more, on the same clock
 * @param trace of the request, to which the spans of its batches are linked; null where
 * it is not sampled
 * @param waited receives, each time that posts of the request leave the queue, how long
 * the first of them waited, in nanoseconds
 * @param late receives judgements that came after the deadline, by index of the post:
 * they were paid for
 */
public record Submission(String preference, List<String> contents, Caller caller, long wantedNanos, long deadlineNanos,
		@Nullable TraceContext trace, LongConsumer waited, ObjIntConsumer<Judgement> late) {

	/** One of which only the judgements by the deadline matter. */
	public Submission(String preference, List<String> contents, Caller caller, long wantedNanos, long deadlineNanos) {
		this(preference, contents, caller, wantedNanos, deadlineNanos, null, (_) -> {
		}, (_, _) -> {
		});
	}
}
