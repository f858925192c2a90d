package io.clearview.gateway.telemetry;

import java.util.List;

import io.clearview.kit.error.AffectedUsers;
import io.clearview.kit.keyring.KeyRingPolling;
import io.clearview.kit.redis.RedisMetrics;

/**
 * Names of the metrics of this service. Each says what it counts, in which unit, and
 * which labels it has; every label has few, fixed values.
 */
public final class Metrics {

	/**
	 * Gauge, seconds: age of the newest key. Label: {@code ring} (identity, admin,
	 * device, token).
	 */
	public static final String KEY_AGE = KeyRingPolling.KEY_AGE;

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
	public static final String REDIS_CALLS = RedisMetrics.CALLS;

	/**
	 * Gauge, 1 while Redis is used and 0 while its breaker is open. Label: {@code role}
	 * (state).
	 */
	public static final String REDIS_UP = RedisMetrics.UP;

	/** Gauge: bytes of memory that a Redis role uses. Label: {@code role}. */
	public static final String REDIS_MEMORY_USED = RedisMetrics.MEMORY_USED;

	/**
	 * Gauge: bytes of memory that a Redis role may use; 0: no limit. Label: {@code role}.
	 */
	public static final String REDIS_MEMORY_LIMIT = RedisMetrics.MEMORY_LIMIT;

	/**
	 * Gauge: 1 when a full Redis drops keys, 0 when it rejects writes. Label:
	 * {@code role}.
	 */
	public static final String REDIS_EVICTS = RedisMetrics.EVICTS;

	/**
	 * Timer, one a request, with buckets that include the objectives of 200 and 500 ms.
	 * Labels: {@code endpoint} (auth, classify, quota, health, admin, other),
	 * {@code status} (HTTP statuses of the contract and 499, about 15), {@code model}
	 * (awaited: the classifier had to wait for the model; none).
	 */
	public static final String REQUESTS = "clearview.requests";

	/**
	 * Counter, requests refused or broken. Labels: {@code endpoint} (6), {@code code}
	 * (the contract's, 13).
	 */
	public static final String ERRORS = "clearview.errors";

	/**
	 * Gauge, distinct users of the whole fleet who met an error today, within 1 %. Label:
	 * {@code code} (the contract's and {@code FAILED_OPEN}, 14).
	 */
	public static final String ERROR_USERS = AffectedUsers.METRIC;

	/**
	 * Counter, requests answered with every post shown, because nobody could judge.
	 * Label: {@code reason} (breaker_open, unreachable, late, broken: the classifier was
	 * not asked, took no connection, did not answer in time, or answered nonsense).
	 */
	public static final String FAILED_OPEN = "clearview.failed.open";

	/** Counter, posts in those answers. Label: {@code reason}. */
	public static final String FAILED_OPEN_POSTS = "clearview.posts.failed.open";

	/**
	 * Counter, tokens checked. Label: {@code result} (near: remembered here; valid,
	 * unknown: as Redis said; ended: expired or revoked; forged: neither signed by us nor
	 * adopted, Redis was not asked; outage: signed by us or valid within a day, and Redis
	 * out; unavailable: adopted, Redis out and never seen).
	 */
	public static final String TOKENS = "clearview.tokens";

	/**
	 * Counter, accounts. Label: {@code event} (issued: a token was handed out; opened: it
	 * was used for the first time; adopted; refused_by_device_limit).
	 */
	public static final String ACCOUNTS = "clearview.accounts";

	/** Gauge, instances of the classifier. Label: {@code state} (up, down). */
	public static final String CLASSIFIER_INSTANCES = "clearview.classifier.instances";

	/**
	 * Gauge, 1 while the breaker keeps requests from what is behind it. Label:
	 * {@code name} (classifier).
	 */
	public static final String BREAKER_OPEN = "clearview.breaker.open";

	/**
	 * Counter, log events left out because there were too many. Label: {@code event}
	 * (request, trouble).
	 */
	public static final String LOG_SUPPRESSED = "clearview.log.suppressed";

	/**
	 * Counter of connections that were cut off. Label: {@code fault} (malformed,
	 * ambiguous, slow: refused before it was a request; unread: the client left its
	 * answers lying).
	 */
	public static final String SERVER_REFUSED = "clearview.server.refused";

	/** Gauge, bytes: memory that the bodies of the requests in flight take. */
	public static final String BODY_BYTES = "clearview.body.bytes";

	/**
	 * Counter, requests refused because the bodies in flight took all memory set aside
	 * for them.
	 */
	public static final String BODIES_REFUSED = "clearview.bodies.refused";

	/** Values of the label {@code endpoint}. */
	public static final List<String> ENDPOINTS = List.of("auth", "classify", "quota", "health", "admin", "other");

	private Metrics() {
	}

}
