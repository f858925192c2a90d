package io.clearview.classifier.cost;

import io.clearview.classifier.identity.PerTier;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Counts what answers cost, and what they would have cost without cache and batching: the
 * difference is what this service saves.
 */
public final class CostMetrics {

	private static final double NANOS = 1e9;

	private final AloneCost alone;

	private final PerTier<Counter> spent;

	private final PerTier<Counter> unoptimised;

	CostMetrics(AloneCost alone, MeterRegistry meters) {
		this.alone = alone;
		this.spent = new PerTier<>((tier) -> counter(Metrics.COST_SPENT, tier, meters));
		this.unoptimised = new PerTier<>((tier) -> counter(Metrics.COST_UNOPTIMISED, tier, meters));
	}

	/** A call to the model was paid for; {@code nanos} is this post's share of it. */
	public void spent(Tier tier, long nanos) {
		if (nanos > 0) {
			this.spent.of(tier).increment(nanos / NANOS);
		}
	}

	/** What judging a post by itself would cost, in billionths of a US dollar. */
	public long alone(String preference, String content) {
		return this.alone.nanos(preference, content);
	}

	/** A post was answered with a label, wherever that came from. */
	public void answered(Tier tier, String preference, String content) {
		long nanos = this.alone.nanos(preference, content);
		if (nanos > 0) {
			this.unoptimised.of(tier).increment(nanos / NANOS);
		}
	}

	private static Counter counter(String name, Tier tier, MeterRegistry meters) {
		return Counter.builder(name)
			.baseUnit("usd")
			.tag("tier", tier.label())
			.tag("endpoint", "classify")
			.register(meters);
	}

}
