package io.clearview.classifier.batch;

import java.util.concurrent.CompletableFuture;

import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.model.Judgement;

/**
 * The place of one post in the queue to the model.
 *
 * @param number order of arrival
 * @param submission the request that the post is part of
 * @param index of the post in it
 * @param content what is judged
 * @param tokens of the content, estimated
 * @param arrivedNanos when it was queued, in the batcher's time
 * @param leavesByNanos when it should leave at the latest, in the batcher's time
 * @param alone whether it is asked apart from the posts of other users
 * @param judgement completed once: judged, failed, timed out, or cancelled by its waiter
 */
record QueuedPost(long number, Submission submission, int index, String content, int tokens, long arrivedNanos,
		long leavesByNanos, boolean alone, CompletableFuture<Judgement> judgement) {

	/** The model judged it, in time or later. */
	void judged(Judgement judged) {
		if (!this.judgement.complete(judged)) {
			this.submission.late().accept(judged, this.index);
		}
	}

	String preference() {
		return this.submission.preference();
	}

	/**
	 * The name of the queue it waits in: one for each preference, or user and preference.
	 */
	String queue() {
		return this.alone ? preference() + '\0' + user() : preference();
	}

	String user() {
		return this.submission.caller().userId();
	}

	Tier tier() {
		return this.submission.caller().tier();
	}

	/** On the scheduler's clock. */
	long deadlineNanos() {
		return this.submission.deadlineNanos();
	}

}
