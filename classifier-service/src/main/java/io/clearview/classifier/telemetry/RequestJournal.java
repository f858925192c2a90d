package io.clearview.classifier.telemetry;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.clearview.classifier.telemetry.RequestReport.ModelStatus;
import io.clearview.kit.telemetry.EventLimiter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

import org.springframework.stereotype.Component;

/** Writes one log event a request and counts it. */
@Component
public final class RequestJournal {

	private static final Logger log = LoggerFactory.getLogger("io.clearview.classifier.requests");

	/** In the place of a status: the caller went away before it was answered. */
	public static final int CALLER_LEFT = 499;

	private static final String WARM_UP = "warmup";

	private static final String AWAITED = "awaited";

	private static final String NOT_AWAITED = "none";

	private final MeterRegistry meters;

	private final TelemetryProperties properties;

	private final Map<String, EventLimiter> limiters = new ConcurrentHashMap<>();

	private final Map<List<String>, Timer> timers = new ConcurrentHashMap<>();

	private final Map<List<String>, Counter> counters = new ConcurrentHashMap<>();

	private final Map<String, DistributionSummary> left = new ConcurrentHashMap<>();

	RequestJournal(MeterRegistry meters, TelemetryProperties properties) {
		this.meters = meters;
		this.properties = properties;
		for (String result : List.of("cached", "classified", "failed_open", "pending", "blank")) {
			counter(Metrics.POSTS, "result", result);
		}
		for (String event : List.of("request", "request_abandoned", "request_refused", "request_failed",
				"request_failed_open")) {
			counter(Metrics.LOG_SUPPRESSED, "event", event);
		}
		for (String model : List.of(AWAITED, NOT_AWAITED)) {
			List<String> labels = List.of("classify", "200", model);
			this.timers.put(labels, timer(labels));
		}
	}

	/**
	 * Counts from zero what may happen, so that its first time is a rise like any other.
	 * @param tiers of users
	 * @param codes of refusals and faults
	 * @param reasons for which posts are shown unjudged
	 */
	public void expect(Collection<String> tiers, Collection<String> codes, Collection<String> reasons) {
		tiers.forEach((tier) -> this.left.computeIfAbsent(tier, this::left));
		reasons.forEach((reason) -> counter(Metrics.FAILED_OPEN, "reason", reason));
		for (String endpoint : List.of("classify", "quota", "admin", "other")) {
			codes.forEach((code) -> counter(Metrics.ERRORS, "code", code, "endpoint", endpoint));
		}
	}

	/**
	 * Logs and counts a request, except for what became of its posts: that is not known
	 * yet if its caller has left.
	 * @param report of it
	 * @param status answered, or {@link #CALLER_LEFT}
	 * @param nanos it took
	 */
	public void record(RequestReport report, int status, long nanos) {
		if (report.endpoint().equals(WARM_UP)) {
			return;
		}
		count(report, status, nanos);
		String event = event(report, status);
		boolean trouble = report.errorCode() != null || report.modelStatus() == ModelStatus.FAILED_OPEN;
		int suppressed = limiter(event, trouble).pass();
		if (suppressed < 0) {
			counter(Metrics.LOG_SUPPRESSED, "event", event).increment();
			return;
		}
		LoggingEventBuilder line = log.atLevel(level(status));
		line = line.addKeyValue(LogFields.EVENT, event)
			.addKeyValue(LogFields.CORRELATION_ID, report.correlationId())
			.addKeyValue(LogFields.ENDPOINT, report.endpoint())
			.addKeyValue(LogFields.STATUS, status)
			.addKeyValue(LogFields.DURATION_MS, millis(nanos))
			.addKeyValue(LogFields.AUTH_MS, millis(report.authNanos()));
		if (report.traceId() != null) {
			line = line.addKeyValue(LogFields.TRACE_ID, report.traceId());
		}
		if (report.userId() != null) {
			line = line.addKeyValue(LogFields.USER_ID, report.userId()).addKeyValue(LogFields.TIER, report.tier());
		}
		if (report.posts() > 0) {
			line = line.addKeyValue(LogFields.POSTS, report.posts())
				.addKeyValue(LogFields.CACHE_HITS, report.cached())
				.addKeyValue(LogFields.CACHE_HIT_RATE, Math.round(1000.0 * report.cached() / report.posts()) / 1000.0)
				.addKeyValue(LogFields.PENDING, report.pending())
				.addKeyValue(LogFields.MODEL_STATUS, label(report.modelStatus()))
				.addKeyValue(LogFields.CACHE_MS, millis(report.cacheNanos()))
				.addKeyValue(LogFields.QUEUE_MS, millis(report.queueNanos()))
				.addKeyValue(LogFields.MODEL_MS, millis(report.modelNanos()));
		}
		if (!report.failedOpen().isEmpty()) {
			line = line.addKeyValue(LogFields.MODEL_REASON, report.failedOpen().keySet().iterator().next());
		}
		if (report.quotaLeft() >= 0) {
			line = line.addKeyValue(LogFields.QUOTA_LEFT, report.quotaLeft())
				.addKeyValue(LogFields.QUOTA_MS, millis(report.quotaNanos()));
		}
		if (report.errorCode() != null) {
			line = line.addKeyValue(LogFields.ERROR_CODE, report.errorCode())
				.addKeyValue(LogFields.RETRYABLE, report.isRetryable());
		}
		if (trouble || report.posts() > 0) {
			line = line.addKeyValue(LogFields.USER_SAW, userSaw(report));
		}
		if (suppressed > 0) {
			line = line.addKeyValue(LogFields.SUPPRESSED, suppressed);
		}
		line.log(event);
	}

	/**
	 * Counts what became of the posts of a request, also if its caller has left.
	 * @param report of a request that has its answer
	 */
	public void answered(RequestReport report) {
		count("cached", report.cached());
		count("classified", report.classified());
		count("pending", report.pending());
		count("blank", report.blank());
		report.failedOpen().forEach((reason, posts) -> {
			count("failed_open", posts);
			counter(Metrics.FAILED_OPEN, "reason", reason).increment(posts);
		});
	}

	private void count(RequestReport report, int status, long nanos) {
		this.timers
			.computeIfAbsent(List.of(report.endpoint(), Integer.toString(status),
					report.isModelAwaited() ? AWAITED : NOT_AWAITED), this::timer)
			.record(nanos, TimeUnit.NANOSECONDS);
		if (report.errorCode() != null) {
			counter(Metrics.ERRORS, "code", report.errorCode(), "endpoint", report.endpoint()).increment();
		}
		if (report.quotaLimit() > 0 && report.tier() != null) {
			this.left.computeIfAbsent(report.tier(), this::left)
				.record((double) report.quotaLeft() / report.quotaLimit());
		}
	}

	private void count(String result, int posts) {
		if (posts > 0) {
			counter(Metrics.POSTS, "result", result).increment(posts);
		}
	}

	private Counter counter(String name, String... labels) {
		List<String> key = (labels.length == 2) ? List.of(name, labels[1]) : List.of(name, labels[1], labels[3]);
		return this.counters.computeIfAbsent(key, (_) -> Counter.builder(name).tags(labels).register(this.meters));
	}

	private Timer timer(List<String> labels) {
		return Timer.builder(Metrics.REQUESTS)
			.tag("endpoint", labels.getFirst())
			.tag("status", labels.get(1))
			.tag("model", labels.getLast())
			.publishPercentileHistogram()
			.minimumExpectedValue(Duration.ofMillis(1))
			.maximumExpectedValue(Duration.ofSeconds(10))
			.serviceLevelObjectives(Duration.ofMillis(200), Duration.ofMillis(500))
			.register(this.meters);
	}

	private DistributionSummary left(String tier) {
		return DistributionSummary.builder(Metrics.QUOTA_LEFT)
			.tag("tier", tier)
			.serviceLevelObjectives(0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1)
			.register(this.meters);
	}

	private EventLimiter limiter(String event, boolean trouble) {
		return this.limiters.computeIfAbsent(event, (_) -> new EventLimiter(
				trouble ? this.properties.troublesPerSecond() : this.properties.requestsPerSecond()));
	}

	/** 503 is what others could not do: a store is out, or the caller's time is over. */
	private static Level level(int status) {
		if (status < 500) {
			return Level.INFO;
		}
		return (status == 503) ? Level.WARN : Level.ERROR;
	}

	private static String event(RequestReport report, int status) {
		if (status == CALLER_LEFT) {
			return "request_abandoned";
		}
		if (report.errorCode() != null) {
			return (status >= 500) ? "request_failed" : "request_refused";
		}
		return (report.modelStatus() == ModelStatus.FAILED_OPEN) ? "request_failed_open" : "request";
	}

	private static String userSaw(RequestReport report) {
		if (report.errorCode() != null) {
			return "error";
		}
		int judged = report.cached() + report.classified() + report.blank();
		return (judged == report.posts()) ? "labels" : (judged > 0) ? "some_labels" : "everything";
	}

	private static String label(ModelStatus status) {
		return switch (status) {
			case NONE -> "none";
			case OK -> "ok";
			case STALE -> "stale";
			case FAILED_OPEN -> "failed_open";
		};
	}

	private static double millis(long nanos) {
		return Math.round(nanos / 1_000.0) / 1_000.0;
	}

}
