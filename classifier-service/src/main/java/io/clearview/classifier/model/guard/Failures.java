package io.clearview.classifier.model.guard;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.clearview.classifier.model.Fault;
import io.clearview.classifier.model.Fault.Owner;
import io.clearview.classifier.telemetry.Metrics;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts every failed request by its cause, and logs a cause when it is new or was not
 * seen for ten minutes. At most {@value #MOST_CAUSES} causes are told apart.
 */
public final class Failures {

	private static final Logger log = LoggerFactory.getLogger(Failures.class);

	private static final int MOST_CAUSES = 60;

	private static final Duration SILENCE = Duration.ofMinutes(10);

	private static final Cause OTHER = new Cause(0, "other", "other", "other");

	private final String model;

	private final MeterRegistry meters;

	private final Clock clock;

	/** When a cause was last seen, in ms. */
	private final Map<Key, Long> seen = new HashMap<>();

	/** The last line that was logged. */
	private volatile @Nullable String latest;

	public Failures(String model, MeterRegistry meters, Clock clock) {
		this.model = model;
		this.meters = meters;
		this.clock = clock;
	}

	/**
	 * Counts a failed request and logs its cause if that is new. What an API key did is
	 * only counted: {@code ApiKeys} logs it.
	 * @param advice what an operator can set; may be empty
	 */
	public void failed(Fault fault, Cause cause, String advice) {
		boolean news = count(fault, cause);
		if (news && fault.owner() != Owner.KEY) {
			log(text(fault, cause, advice));
		}
	}

	/** Counts a failed request without logging it. */
	public void counted(Fault fault, Cause cause) {
		count(fault, cause);
	}

	/** Logs that requests are made in another way from now on. */
	public void adapted(String line) {
		log(line);
	}

	/** The last line that was logged; {@code null} if none was. */
	public @Nullable String latest() {
		return this.latest;
	}

	/** A fault in one line: what the provider said and what an operator can set. */
	public static String text(Fault fault, Cause cause, String advice) {
		return ModelMetrics.label(fault) + " (" + cause + ")" + (advice.isEmpty() ? "" : ": " + advice);
	}

	private void log(String line) {
		this.latest = line;
		log.warn("model {}: {}", this.model, line);
	}

	private boolean count(Fault fault, Cause cause) {
		Key key = key(new Key(fault, cause));
		this.meters
			.counter(Metrics.MODEL_FAILURES, "fault", ModelMetrics.label(fault), "status",
					Integer.toString(key.cause().status()), "code", key.cause().code(), "parameter",
					key.cause().parameter(), "finish", key.cause().finishReason())
			.increment();
		return isNews(key);
	}

	private synchronized Key key(Key key) {
		return (this.seen.containsKey(key) || this.seen.size() < MOST_CAUSES) ? key : new Key(key.fault(), OTHER);
	}

	private synchronized boolean isNews(Key key) {
		long now = this.clock.millis();
		Long before = this.seen.put(key, now);
		return before == null || now - before >= SILENCE.toMillis();
	}

	private record Key(Fault fault, Cause cause) {
	}

}
