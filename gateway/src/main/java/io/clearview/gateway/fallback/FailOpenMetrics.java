package io.clearview.gateway.fallback;

import java.util.EnumMap;
import java.util.Map;

import io.clearview.gateway.context.RequestContext;
import io.clearview.gateway.context.RequestReport;
import io.clearview.gateway.telemetry.Metrics;
import io.clearview.kit.error.AffectedUsers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/** Counts requests that failed open. They are never logged one by one. */
@Component
final class FailOpenMetrics {

	private final Map<FailOpenReason, Counter> requests = new EnumMap<>(FailOpenReason.class);

	private final Map<FailOpenReason, Counter> posts = new EnumMap<>(FailOpenReason.class);

	private final AffectedUsers affected;

	FailOpenMetrics(MeterRegistry meters, AffectedUsers affected) {
		this.affected = affected;
		for (FailOpenReason reason : FailOpenReason.values()) {
			this.requests.put(reason,
					Counter.builder(Metrics.FAILED_OPEN).tag("reason", reason.label()).register(meters));
			this.posts.put(reason,
					Counter.builder(Metrics.FAILED_OPEN_POSTS).tag("reason", reason.label()).register(meters));
		}
	}

	void count(ServerWebExchange exchange, FailOpenReason reason, int numberOfPosts) {
		RequestReport report = RequestContext.of(exchange).report();
		report.failedOpen(reason.label());
		this.affected.add(AffectedUsers.FAILED_OPEN, report.user());
		of(this.requests, reason).increment();
		of(this.posts, reason).increment(numberOfPosts);
	}

	private static Counter of(Map<FailOpenReason, Counter> counters, FailOpenReason reason) {
		Counter counter = counters.get(reason);
		if (counter == null) {
			throw new IllegalStateException("Every reason has a counter, but not " + reason);
		}
		return counter;
	}

}
