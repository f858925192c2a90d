package io.clearview.bench.stub;

import java.util.Locale;
import java.util.Map;

/**
 * How slowly and how badly the stub answers.
 *
 * @param latencyMillis before an answer leaves
 * @param jitterMillis by which that may be more or less, evenly spread
 * @param failureRate share of calls that fail, 0 to 1
 * @param failure what becomes of those
 */
public record Behaviour(int latencyMillis, int jitterMillis, double failureRate, Failure failure) {

	/** Ways for a model to fail. */
	public enum Failure {

		/** Answers 500. */
		ERROR,

		/** Answers 429 with {@code Retry-After: 1}. */
		LIMIT,

		/** Answers what is no JSON. */
		GARBAGE,

		/** Leaves every second post out. */
		HALF,

		/** Never answers. */
		SILENCE,

		/** Answers rightly, and bills a thousand times the tokens. */
		COSTLY

	}

	public Behaviour {
		if (latencyMillis < 0 || jitterMillis < 0 || failureRate < 0 || failureRate > 1) {
			throw new IllegalArgumentException(
					"expected latency and jitter of 0 or more and a failure rate of 0 to 1, got " + latencyMillis + ", "
							+ jitterMillis + ", " + failureRate);
		}
	}

	/** Answers everything rightly after {@code latencyMillis}. */
	public static Behaviour sound(int latencyMillis, int jitterMillis) {
		return new Behaviour(latencyMillis, jitterMillis, 0, Failure.ERROR);
	}

	/** Reads {@link #query()}, already taken apart; what is absent is 0. */
	static Behaviour of(Map<String, String> query) {
		return new Behaviour(Integer.parseInt(query.getOrDefault("latency", "0")),
				Integer.parseInt(query.getOrDefault("jitter", "0")),
				Double.parseDouble(query.getOrDefault("failures", "0")),
				Failure.valueOf(query.getOrDefault("failure", "error").toUpperCase(Locale.ROOT)));
	}

	/** As a query of the stub's own endpoint. */
	public String query() {
		return "latency=" + this.latencyMillis + "&jitter=" + this.jitterMillis + "&failures=" + this.failureRate
				+ "&failure=" + this.failure.name().toLowerCase(Locale.ROOT);
	}

}
