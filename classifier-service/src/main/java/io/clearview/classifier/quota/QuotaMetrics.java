package io.clearview.classifier.quota;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import io.clearview.classifier.identity.PerTier;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts posts by what the quota did with them. */
final class QuotaMetrics {

	private final Map<Outcome, PerTier<Counter>> posts = new EnumMap<>(Outcome.class);

	private final MeterRegistry meters;

	QuotaMetrics(MeterRegistry meters) {
		this.meters = meters;
		for (Outcome outcome : Outcome.values()) {
			this.posts.put(outcome,
					new PerTier<>((tier) -> Counter.builder(Metrics.QUOTA_POSTS)
						.tag("tier", tier.label())
						.tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
						.register(meters)));
		}
	}

	void count(Tier tier, Outcome outcome, int posts) {
		if (posts > 0) {
			Objects.requireNonNull(this.posts.get(outcome)).of(tier).increment(posts);
		}
	}

	/** Reports how far the fleet's counts differ from what was granted. */
	void watch(LocalQuota local) {
		Gauge.builder(Metrics.QUOTA_OWED, local, LocalQuota::owed).register(this.meters);
		FunctionCounter.builder(Metrics.QUOTA_UNCOUNTED, local, LocalQuota::uncounted).register(this.meters);
	}

	enum Outcome {

		/** Charged by Redis. */
		GRANTED,

		/** Charged by this instance's own counts, because Redis was out. */
		DEGRADED,

		/** Over a limit. */
		REFUSED,

		/** Given back, because they were not judged. */
		REFUNDED

	}

}
