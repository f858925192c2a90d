package io.clearview.kit.redis;

/** Names of what a guard publishes. */
public final class RedisMetrics {

	/**
	 * Timer, one a guarded call. Labels: {@code role}, {@code outcome} (ok, timeout,
	 * error, refused, cancelled).
	 */
	public static final String CALLS = "clearview.redis.calls";

	/**
	 * Gauge, 1 while calls are let through and 0 while the circuit breaker is open.
	 * Label: {@code role}.
	 */
	public static final String UP = "clearview.redis.up";

	/** Gauge: bytes of memory in use. Label: {@code role}. */
	public static final String MEMORY_USED = "clearview.redis.memory.used";

	/** Gauge: bytes of memory it may use; 0: no limit. Label: {@code role}. */
	public static final String MEMORY_LIMIT = "clearview.redis.memory.limit";

	/**
	 * Gauge: 1 when a full Redis drops keys, 0 when it rejects writes. Label:
	 * {@code role}.
	 */
	public static final String EVICTS = "clearview.redis.evicts";

	/** Log field: the role, for example {@code state}. */
	static final String LOG_ROLE = "redisRole";

	/** Log field: how long an outage was, in milliseconds. */
	static final String LOG_OUTAGE_MS = "outageMs";

	/** Log field: class of the root cause and Redis's error code. */
	static final String LOG_CAUSE = "cause";

	private RedisMetrics() {
	}

}
