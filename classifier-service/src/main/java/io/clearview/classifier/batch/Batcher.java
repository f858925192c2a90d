package io.clearview.classifier.batch;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Model;
import io.clearview.kit.telemetry.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.scheduler.Scheduler;

/** Gathers posts that share a preference into calls to the model. */
public interface Batcher {

	/**
	 * Queues the posts of a request. Returns a judgement for each, parallel to them. Each
	 * completes by the deadline: with the judgement, or exceptionally with
	 * {@link io.clearview.classifier.model.ModelException} or
	 * {@link BatchRefusedException}. Cancelling one takes the post out of its queue if it
	 * has not left.
	 */
	List<CompletableFuture<Judgement>> submit(Submission submission);

	/**
	 * A batcher in front of {@code model}.
	 * @param scheduler whose clock and timers count, and on which the model is called
	 */
	static Batcher of(Model model, BatchProperties limits, Scheduler scheduler, MeterRegistry meters) {
		return of(model, limits, scheduler, meters, Tracing.NOOP);
	}

	/**
	 * A batcher whose calls are traced.
	 * @param scheduler whose clock and timers count, and on which the model is called
	 */
	static Batcher of(Model model, BatchProperties limits, Scheduler scheduler, MeterRegistry meters, Tracing tracing) {
		return new QueueingBatcher(model, limits, scheduler, meters, tracing);
	}

}
