package io.clearview.gateway.telemetry;

/**
 * Names of the metrics of this service. Each says what it counts, in which unit, and
 * which labels it has; every label has few, fixed values.
 */
public final class Metrics {

	/**
	 * Gauge, seconds: age of the newest key. Label: {@code ring} (identity, admin,
	 * device).
	 */
	public static final String KEY_AGE = "clearview.key.age";

	/**
	 * Counter of requests that a limit decided. Labels: {@code limiter} (flood, and the
	 * names in {@code clearview.limits.shared}), {@code decision} (allowed, limited),
	 * {@code source} (redis, local).
	 */
	public static final String RATE_LIMIT_DECISIONS = "clearview.ratelimit.decisions";

	/**
	 * Timer, one a guarded call to Redis. Labels: {@code role} (state), {@code outcome}
	 * (ok, timeout, error, refused, cancelled).
	 */
	public static final String REDIS_CALLS = "clearview.redis.calls";

	/**
	 * Gauge, 1 while Redis is used and 0 while its breaker is open. Label: {@code role}
	 * (state).
	 */
	public static final String REDIS_UP = "clearview.redis.up";

	private Metrics() {
	}

}
