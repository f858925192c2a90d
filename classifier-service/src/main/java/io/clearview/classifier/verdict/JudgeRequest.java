package io.clearview.classifier.verdict;

import java.util.List;

import io.clearview.classifier.identity.Caller;

/**
 * The posts of one request that no cache had a verdict for.
 *
 * @param questions at least one, all under one preference
 * @param caller who asks
 * @param wantedNanos when the caller would like a response, on the clock of
 * {@link System#nanoTime()}; a verdict that comes later is of use to later requests
 * @param deadlineNanos when a response is of no use any more, on the same clock
 * @param withoutCache whether redis-cache was unavailable when the verdicts were looked
 * up, so that it is not to be waited for again
 */
public record JudgeRequest(List<Question> questions, Caller caller, long wantedNanos, long deadlineNanos,
		boolean withoutCache) {

	/** Receives what becomes of the posts, on any thread. */
	@FunctionalInterface
	public interface Listener {

		/** The outcome of the question at {@code index}: called once for each. */
		void judged(int index, Outcome outcome);

		/** Posts of the request waited so long for their batch to leave. */
		default void queued(long nanos) {
		}

	}
}
