package io.clearview.classifier.batch;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.clearview.classifier.batch.Queues.Cause;
import io.clearview.classifier.batch.Queues.Refusal;
import io.clearview.classifier.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** Counts what the batcher does. */
final class BatchMetrics {

	private final Counter[] left;

	private final Counter[] refused;

	private final DistributionSummary size;

	private final Timer wait;

	private final Counter again;

	private final AtomicInteger waiting = new AtomicInteger();

	private final AtomicInteger calls = new AtomicInteger();

	private final AtomicInteger limit = new AtomicInteger();

	private final AtomicInteger preferences = new AtomicInteger();

	BatchMetrics(MeterRegistry meters) {
		this.left = counters(meters, Metrics.BATCH_LEFT, "cause", Cause.values());
		this.refused = counters(meters, Metrics.BATCH_REFUSED, "limit", Refusal.values());
		this.size = DistributionSummary.builder(Metrics.BATCH_SIZE)
			.baseUnit("posts")
			.serviceLevelObjectives(1, 2, 5, 10, 20, 30, 40, 49, 50)
			.register(meters);
		this.wait = Timer.builder(Metrics.BATCH_WAIT)
			.serviceLevelObjectives(Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofMillis(50),
					Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(5))
			.register(meters);
		this.again = meters.counter(Metrics.BATCH_ASKED_AGAIN);
		meters.gauge(Metrics.BATCH_WAITING, this.waiting);
		meters.gauge(Metrics.BATCH_CALLS, this.calls);
		meters.gauge(Metrics.BATCH_LIMIT, this.limit);
		meters.gauge(Metrics.BATCH_PREFERENCES, this.preferences);
	}

	void left(List<QueuedPost> batch, Cause cause, long now) {
		this.left[cause.ordinal()].increment();
		this.size.record(batch.size());
		for (QueuedPost post : batch) {
			this.wait.record(now - post.arrivedNanos(), TimeUnit.NANOSECONDS);
		}
	}

	void refused(Refusal refusal, int posts) {
		this.refused[refusal.ordinal()].increment(posts);
	}

	void askedAgain(int posts) {
		this.again.increment(posts);
	}

	void state(Queues queues, int limit) {
		this.limit.setPlain(limit);
		this.waiting.setPlain(queues.waiting());
		this.calls.setPlain(queues.calls());
		this.preferences.setPlain(queues.preferences());
	}

	private static Counter[] counters(MeterRegistry meters, String name, String label, Enum<?>[] values) {
		return Arrays.stream(values)
			.map((value) -> meters.counter(name, label, value.name().toLowerCase(Locale.ROOT)))
			.toArray(Counter[]::new);
	}

}
