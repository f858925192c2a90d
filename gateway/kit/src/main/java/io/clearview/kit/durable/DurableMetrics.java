package io.clearview.kit.durable;

import java.util.List;
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

	private final Counter dropped;

	private volatile BooleanSupplier available = () -> true;

	private volatile LongSupplier waiting = () -> 0;

	/**
	 * Registers the meters.
	 * @param meters where
	 */
	public DurableMetrics(MeterRegistry meters) {
		this.meters = meters;
		Gauge.builder("clearview.durable.available", () -> this.available.getAsBoolean() ? 1 : 0)
			.description("Whether the durable store is available (1) or not (0)")
			.register(meters);
		Gauge.builder("clearview.durable.waiting", () -> this.waiting.getAsLong())
			.description("Documents that wait to be written to the durable store")
			.register(meters);
		this.dropped = Counter.builder("clearview.durable.dropped")
			.description("Changes that were not taken because too many documents wait to be written")
			.register(meters);
		for (String operation : List.of("read", "merge", "fill", "list")) {
			for (String outcome : List.of("ok", "error", "not_permitted", "cancelled")) {
				timer(operation, outcome);
			}
		}
	}

	void watch(BooleanSupplier availability) {
		this.available = availability;
	}

	void watch(LongSupplier documents) {
		this.waiting = documents;
	}

	void dropped() {
		this.dropped.increment();
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

}
