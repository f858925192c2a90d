package io.clearview.gateway.telemetry;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.clearview.gateway.context.RequestReport;
import io.clearview.kit.telemetry.EventLimiter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

import org.springframework.stereotype.Component;

/** Writes one log event a request, and counts it. */
@Component
final class RequestJournal {

	/** Named apart from the class, so that these lines can be switched off alone. */
	private static final Logger log = LoggerFactory.getLogger("io.clearview.gateway.requests");

	private static final String REQUEST = "request";

	private static final String TROUBLE = "trouble";

	private static final int SERVER_ERROR = 500;

	/**
	 * The objectives of 200 and 500 ms, and from 100 ms to a second so close (5 %) that
	 * no quantile there is further off than that.
	 */
	private static final Duration[] BUCKETS = Stream
		.of(DoubleStream.of(1, 2, 5, 10, 15, 20, 30, 40, 50, 60, 75),
				IntStream.rangeClosed(-14, 18).mapToDouble((step) -> 200 * Math.pow(1.05, step)),
				IntStream.rangeClosed(0, 14).mapToDouble((step) -> 500 * Math.pow(1.05, step)),
				DoubleStream.of(1_250, 1_500, 2_000, 3_000, 5_000, 7_000, 8_000, 10_000))
		.flatMapToDouble(Function.identity())
		.mapToObj((millis) -> Duration.ofMillis(Math.round(millis)))
		.toArray(Duration[]::new);

	/** What every gateway answers sooner or later: there from the start, at zero. */
	private static final List<Answered> USUAL = List.of(new Answered("classify", 200, false),
			new Answered("classify", 200, true), new Answered("auth", 201, false), new Answered("quota", 200, false));

	private final MeterRegistry meters;

	private final EventLimiter requests;

	private final EventLimiter troubles;

	private final Counter requestsHeld;

	private final Counter troublesHeld;

	private final Map<Answered, Timer> timers = new ConcurrentHashMap<>();

	private final Map<Refused, Counter> errors = new ConcurrentHashMap<>();

	RequestJournal(MeterRegistry meters, LogProperties properties) {
		this.meters = meters;
		this.requests = new EventLimiter(properties.requestsPerSecond());
		this.troubles = new EventLimiter(properties.troublesPerSecond());
		this.requestsHeld = held(REQUEST);
		this.troublesHeld = held(TROUBLE);
		USUAL.forEach((answered) -> this.timers.put(answered, timer(answered)));
	}

	/**
	 * Says what became of a request.
	 * @param report what its filters found out
	 * @param endpoint one of few
	 * @param status answered, 499 when the client left before
	 * @param nanos it took
	 * @param correlationId its name
	 * @param traceId its trace; null when the log's context names it
	 */
	void record(RequestReport report, String endpoint, int status, long nanos, String correlationId,
			@Nullable String traceId) {
		this.timers.computeIfAbsent(new Answered(endpoint, status, report.isModelAwaited()), this::timer)
			.record(nanos, TimeUnit.NANOSECONDS);
		String errorCode = report.errorCode();
		if (errorCode != null) {
			this.errors.computeIfAbsent(new Refused(endpoint, errorCode), this::counter).increment();
		}
		boolean trouble = errorCode != null || report.failedOpen() != null;
		int suppressed = (trouble ? this.troubles : this.requests).pass();
		if (suppressed < 0) {
			(trouble ? this.troublesHeld : this.requestsHeld).increment();
			return;
		}
		LoggingEventBuilder line = log.atLevel((status >= SERVER_ERROR) ? Level.WARN : Level.INFO)
			.addKeyValue(LogFields.EVENT, REQUEST)
			.addKeyValue(LogFields.CORRELATION_ID, correlationId)
			.addKeyValue(LogFields.ENDPOINT, endpoint)
			.addKeyValue(LogFields.STATUS, status)
			.addKeyValue(LogFields.DURATION_MS, millis(nanos))
			.addKeyValue(LogFields.LIMITS_MS, millis(report.limitsNanos()))
			.addKeyValue(LogFields.AUTH_MS, millis(report.authNanos()))
			.addKeyValue(LogFields.CLASSIFIER_MS, millis(report.classifierNanos()));
		line = with(line, LogFields.TRACE_ID, traceId);
		line = with(line, LogFields.USER_ID, report.user());
		line = with(line, LogFields.TIER, report.tier());
		line = with(line, LogFields.FAILED_OPEN, report.failedOpen());
		if (errorCode != null) {
			line = line.addKeyValue(LogFields.ERROR_CODE, errorCode)
				.addKeyValue(LogFields.RETRYABLE, report.isRetryable());
		}
		if (trouble) {
			line = line.addKeyValue(LogFields.USER_SAW, (errorCode != null) ? "error" : "everything");
		}
		if (suppressed > 0) {
			line = line.addKeyValue(LogFields.SUPPRESSED, suppressed);
		}
		line.log(REQUEST);
	}

	private static LoggingEventBuilder with(LoggingEventBuilder line, String field, @Nullable String value) {
		return (value != null) ? line.addKeyValue(field, value) : line;
	}

	/** Milliseconds with one decimal, because most steps take less than one. */
	private static double millis(long nanos) {
		return Math.round(nanos / 100_000.0) / 10.0;
	}

	private Timer timer(Answered answered) {
		return Timer.builder(Metrics.REQUESTS)
			.tag("endpoint", answered.endpoint())
			.tag("status", Integer.toString(answered.status()))
			.tag("model", answered.modelAwaited() ? "awaited" : "none")
			.serviceLevelObjectives(BUCKETS)
			.register(this.meters);
	}

	private Counter counter(Refused refused) {
		return Counter.builder(Metrics.ERRORS)
			.tag("endpoint", refused.endpoint())
			.tag("code", refused.code())
			.register(this.meters);
	}

	private Counter held(String event) {
		return Counter.builder(Metrics.LOG_SUPPRESSED).tag("event", event).register(this.meters);
	}

	private record Answered(String endpoint, int status, boolean modelAwaited) {
	}

	private record Refused(String endpoint, String code) {
	}

}
