package io.clearview.classifier.batch;

/**
 * How many calls the model bears at a time, learnt from the calls. Says nothing of how
 * that is enforced. Not for several threads at once.
 */
interface ConcurrencyLimit {

	/** Calls that may be in progress, at least 1. */
	int calls();

	/**
	 * A call has ended.
	 * @param started when it began, in nanoseconds
	 * @param ended when it ended, on the same clock
	 * @param inProgress calls in progress when it ended, itself included
	 * @param overloaded whether the model had too much to do for it: a 429 or a time-out
	 */
	void sample(long started, long ended, int inProgress, boolean overloaded);

}
