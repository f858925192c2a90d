package io.clearview.classifier.batch;

import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.telemetry.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Gathers posts that share a preference into calls to the model. */
public interface Batcher {

	/**
	 * Queues a post. Emits its judgement, errors with
	 * {@link io.clearview.classifier.model.ModelException} or
	 * {@link BatchRefusedException}, always by {@code deadlineNanos}. Cancelling takes
	 * the post out of its queue if it has not left.
	 * @param preference canonical
	 * @param content what is judged
	 * @param caller whose tier and share of the queue count
	 * @param wantedNanos when the caller would like an answer: its batch leaves sooner if
	 * that helps. On the clock of {@link System#nanoTime()}
	 * @param deadlineNanos when an answer is of no use any more, on the same clock
	 */
	Mono<Judgement> submit(String preference, String content, Caller caller, long wantedNanos, long deadlineNanos);

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
