package io.clearview.classifier.batch;

import java.util.concurrent.CompletableFuture;

import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.telemetry.QueueTime;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * A post on its way to the model, and who waits for it.
 *
 * @param number order of arrival
 * @param preference canonical
 * @param content what is judged
 * @param tokens of the content, estimated
 * @param user who asks
 * @param tier of the user
 * @param arrivedNanos when it was queued, in the batcher's time
 * @param leavesByNanos when it should leave at the latest, in the batcher's time
 * @param deadlineNanos when an answer is of no use any more, on the scheduler's clock
 * @param asked the request it is part of, if that is observed
 * @param waiting is told how long it was queued, if anybody wants to know
 * @param company with which it should leave, if it has any
 * @param answer completed once: judged, failed, late, or cancelled by who waits for it
 */
record Post(long number, String preference, String content, int tokens, String user, Tier tier, long arrivedNanos,
		long leavesByNanos, long deadlineNanos, @Nullable Observation asked, @Nullable QueueTime waiting,
		@Nullable Company company, CompletableFuture<Judgement> answer) {
}
