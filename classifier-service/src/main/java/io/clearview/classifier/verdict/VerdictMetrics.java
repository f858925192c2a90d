package io.clearview.classifier.verdict;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import io.clearview.classifier.telemetry.Metrics;
import io.clearview.classifier.verdict.SharedCache.Claim;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts where verdicts come from. */
final class VerdictMetrics {

	private final MeterRegistry meters;

	private final Counter near;

	private final Counter shared;

	private final Counter durable;

	private final Counter missing;

	private final Counter evicted;

	private final Counter stale;

	private final Counter fallback;

	private final Counter promoted;

	private final Counter joined;

	private final Counter known;

	private final Counter mine;

	private final Counter taken;

	private final Counter unknown;

	private final Counter dropped;

	VerdictMetrics(MeterRegistry meters) {
		this.meters = meters;
		this.near = meters.counter(Metrics.VERDICT_LOOKUPS, "found", "near");
		this.shared = meters.counter(Metrics.VERDICT_LOOKUPS, "found", "shared");
		this.durable = meters.counter(Metrics.VERDICT_LOOKUPS, "found", "durable");
		this.missing = meters.counter(Metrics.VERDICT_LOOKUPS, "found", "nowhere");
		this.evicted = meters.counter(Metrics.VERDICT_EVICTED);
		this.stale = meters.counter(Metrics.VERDICT_STALE);
		this.fallback = meters.counter(Metrics.VERDICT_FALLBACK);
		this.promoted = meters.counter(Metrics.VERDICT_PROMOTED);
		this.joined = meters.counter(Metrics.VERDICT_JOINED);
		this.known = meters.counter(Metrics.VERDICT_CLAIMS, "result", "known");
		this.mine = meters.counter(Metrics.VERDICT_CLAIMS, "result", "mine");
		this.taken = meters.counter(Metrics.VERDICT_CLAIMS, "result", "taken");
		this.unknown = meters.counter(Metrics.VERDICT_CLAIMS, "result", "unknown");
		this.dropped = meters.counter(Metrics.VERDICT_UNWRITTEN_DROPPED);
	}

	void near(LongSupplier entries) {
		gauge(Metrics.VERDICT_NEAR, entries);
	}

	void unwritten(AtomicInteger size) {
		Gauge.builder(Metrics.VERDICT_UNWRITTEN, size, AtomicInteger::get).register(this.meters);
	}

	void flights(LongSupplier flights) {
		gauge(Metrics.VERDICT_FLIGHTS, flights);
	}

	/** Whether requests look verdicts up in the durable store. */
	void archiveNeeded(BooleanSupplier needed) {
		gauge(Metrics.VERDICT_DURABLE_NEEDED, () -> needed.getAsBoolean() ? 1 : 0);
	}

	/** Held strongly: nobody else holds what is only a way to ask. */
	private void gauge(String name, LongSupplier value) {
		Gauge.builder(name, value, LongSupplier::getAsLong).strongReference(true).register(this.meters);
	}

	void lookedUp(int near, int shared, int missing) {
		this.near.increment(near);
		this.shared.increment(shared);
		this.missing.increment(missing);
	}

	/** Found in the durable store, so {@link #lookedUp} is not told of them. */
	void recalled(int posts) {
		this.durable.increment(posts);
	}

	void evicted() {
		this.evicted.increment();
	}

	void stale() {
		this.stale.increment();
	}

	void fallback() {
		this.fallback.increment();
	}

	void promoted() {
		this.promoted.increment();
	}

	void joined() {
		this.joined.increment();
	}

	void claimed(Claim claim) {
		(switch (claim) {
			case Claim.Known _ -> this.known;
			case Claim.Mine _ -> this.mine;
			case Claim.Taken _ -> this.taken;
			case Claim.Unknown _ -> this.unknown;
		}).increment();
	}

	void unwrittenDropped() {
		this.dropped.increment();
	}

}
