package io.clearview.gateway.ratelimit;

import java.util.HashMap;
import java.util.Map;

import io.clearview.gateway.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts every decision. All counters are there from the start, at zero. */
final class DecisionMetrics {

	private final Map<Label, Counter> counters = new HashMap<>();

	DecisionMetrics(MeterRegistry meters, Iterable<String> limiters) {
		for (String limiter : limiters) {
			for (boolean allowed : new boolean[] { true, false }) {
				for (Decision.Source source : Decision.Source.values()) {
					this.counters.put(new Label(limiter, allowed, source),
							Counter.builder(Metrics.RATE_LIMIT_DECISIONS)
								.tag("limiter", limiter)
								.tag("decision", allowed ? "allowed" : "limited")
								.tag("source", source.label())
								.register(meters));
				}
			}
		}
	}

	void count(Decision decision) {
		Counter counter = this.counters.get(new Label(decision.limit().name(), decision.allowed(), decision.source()));
		if (counter != null) {
			counter.increment();
		}
	}

	private record Label(String limiter, boolean allowed, Decision.Source source) {
	}

}
