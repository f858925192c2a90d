package io.clearview.classifier.verdict;

import io.clearview.classifier.identity.Caller;

/**
 * One post that is to be judged for one caller.
 *
 * @param key of the verdict
 * @param preference canonical
 * @param content canonical and cut to what is judged
 * @param caller who asks
 * @param wantedNanos when the caller would like an answer, on the clock of
 * {@link System#nanoTime()}; one that comes later is of use to whoever asks again
 * @param deadlineNanos when an answer is of no use any more, on the same clock
 * @param withoutCache whether redis-cache was found out when the verdict was looked up,
 * so that it is not to be waited for again
 */
public record Question(VerdictKey key, String preference, String content, Caller caller, long wantedNanos,
		long deadlineNanos, boolean withoutCache) {

	/** One whose verdict redis-cache did not have. */
	public Question(VerdictKey key, String preference, String content, Caller caller, long wantedNanos,
			long deadlineNanos) {
		this(key, preference, content, caller, wantedNanos, deadlineNanos, false);
	}

}
