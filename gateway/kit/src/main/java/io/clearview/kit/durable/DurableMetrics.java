package io.clearview.kit.durable;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * The meters of the durable store. All are there from the start, and where no store is
 * configured: then nothing is ever unavailable, waits or is dropped.
 */
public final class DurableMetrics {

	private final MeterRegistry meters;

	/** A queue of each service that has any. */
	static final String CHANGES = "changes";

	private final Counter limited;

	private final ConcurrentMap<String, Queue> queues = new ConcurrentHashMap<>();

	private volatile BooleanSupplier available = () -> true;

	/**
	 * Registers the meters.
	 * @param meters where
	 */
	public DurableMetrics(MeterRegistry meters) {
		this.meters = meters;
		Gauge.builder("clearview.durable.available", () -> this.available.getAsBoolean() ? 1 : 0)
			.description("Whether the durable store is available (1) or not (0)")
			.register(meters);
		this.limited = Counter.builder("clearview.durable.limited")
			.description("Reads that were not made because requests had read too many documents in that second")
			.register(meters);
		queue(CHANGES);
		for (String operation : List.of("read", "merge", "fill", "list")) {
			for (String outcome : List.of("ok", "error", "not_permitted", "cancelled")) {
				timer(operation, outcome);
			}
		}
	}

	void watch(BooleanSupplier availability) {
		this.available = availability;
	}

	void limited() {
		this.limited.increment();
	}

	/**
	 * The meters of what waits to be written.
	 * @param name of the queue, one of a few
	 */
	public Queue queue(String name) {
		return this.queues.computeIfAbsent(name, (_) -> new Queue(name, this.meters));
	}

	Timer.Sample begin() {
		return Timer.start(this.meters);
	}

	void end(Timer.Sample call, String operation, String outcome) {
		call.stop(timer(operation, outcome));
	}

	private Timer timer(String operation, String outcome) {
		return Timer.builder("clearview.durable.calls")
			.description("Calls to the durable store")
			.tag("operation", operation)
			.tag("outcome", outcome)
			.register(this.meters);
	}

	/** The meters of one queue. */
	public static final class Queue {

		private final Counter dropped;

		private volatile LongSupplier waiting = () -> 0;

		private Queue(String name, MeterRegistry meters) {
			Gauge.builder("clearview.durable.waiting", () -> this.waiting.getAsLong())
				.description("Documents that wait to be written to the durable store")
				.tag("queue", name)
				.register(meters);
			this.dropped = Counter.builder("clearview.durable.dropped")
				.description("Changes that are not written because too many documents wait to be written")
				.tag("queue", name)
				.register(meters);
		}

		void watch(LongSupplier documents) {
			this.waiting = documents;
		}

		void dropped() {
			this.dropped.increment();
		}

	}

}
