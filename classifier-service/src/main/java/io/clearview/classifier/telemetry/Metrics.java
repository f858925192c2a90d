package io.clearview.classifier.telemetry;

import io.clearview.kit.error.AffectedUsers;
import io.clearview.kit.keyring.KeyRingPolling;
import io.clearview.kit.redis.RedisMetrics;

/**
 * Names of the metrics of this service. Each says what it counts, in which unit, and
 * which labels it has; every label has few, fixed values.
 */
public final class Metrics {

	/**
	 * Timer, one a guarded call to Redis. Labels: {@code role} (state, cache),
	 * {@code outcome} (ok, timeout, error, refused, cancelled).
	 */
	public static final String REDIS_CALLS = RedisMetrics.CALLS;

	/**
	 * Gauge, 1 while the role is used and 0 while its breaker is open. Label:
	 * {@code role} (state, cache).
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
	 * Gauge, seconds since the newest signing key was made. Label: {@code ring}
	 * (identity).
	 */
	public static final String KEY_AGE = KeyRingPolling.KEY_AGE;

	/**
	 * Counter, requests refused because this process had stood still until nobody waited
	 * for them any more.
	 */
	public static final String LEFT_BEHIND = "clearview.requests.left.behind";

	/**
	 * Timer, one a request, with buckets. Labels: {@code endpoint} (classify, quota,
	 * admin, other), {@code status} (the contract's, and 499: the caller left before),
	 * {@code model} (awaited: the answer had to wait for the model; none).
	 */
	public static final String REQUESTS = "clearview.requests";

	/**
	 * Counter, posts in answered requests. Label: {@code result} (cached, classified,
	 * failed_open, pending, blank).
	 */
	public static final String POSTS = "clearview.posts";

	/**
	 * Counter, posts shown without having been judged. Label: {@code reason}, as the
	 * contract spells it (7).
	 */
	public static final String FAILED_OPEN = "clearview.posts.failed.open";

	/**
	 * Counter, requests refused or broken. Labels: {@code endpoint} (4), {@code code},
	 * the contract's (11).
	 */
	public static final String ERRORS = "clearview.errors";

	/**
	 * Gauge, distinct users of the whole fleet who met an error today, within 1 %. Label:
	 * {@code code}, the contract's and {@code FAILED_OPEN} (12).
	 */
	public static final String ERROR_USERS = AffectedUsers.METRIC;

	/**
	 * Counter, posts. Labels: {@code tier} (3), {@code outcome} (granted, degraded,
	 * refused, refunded).
	 */
	public static final String QUOTA_POSTS = "clearview.quota.posts";

	/**
	 * Gauge, posts that this instance granted or was charged without redis-state, which
	 * does not count them yet.
	 */
	public static final String QUOTA_OWED = "clearview.quota.owed.posts";

	/**
	 * Counter, posts by which the fleet's counts differ for good from what was granted,
	 * or may, because this instance had no room to remember them, or redis-state has
	 * forgotten what it did.
	 */
	public static final String QUOTA_UNCOUNTED = "clearview.quota.uncounted.posts";

	/**
	 * Summary with buckets, share of the daily quota that a user has left after a
	 * request. Label: {@code tier} (3).
	 */
	public static final String QUOTA_LEFT = "clearview.quota.left.ratio";

	/**
	 * Counter, US dollars paid for calls to the model. Labels: {@code tier} (3),
	 * {@code endpoint} (classify).
	 */
	public static final String COST_SPENT = "clearview.cost.spent";

	/**
	 * Counter, US dollars that the same answers would have cost with one call a post and
	 * no cache. Labels: {@code tier} (3), {@code endpoint} (classify).
	 */
	public static final String COST_UNOPTIMISED = "clearview.cost.unoptimised";

	/**
	 * Counter, log events left out because there were too many. Label: {@code event} (8).
	 */
	public static final String LOG_SUPPRESSED = "clearview.log.suppressed";

	/**
	 * Gauge, posts being judged after their answer was given or their caller has left.
	 */
	public static final String BACKGROUND = "clearview.background.posts";

	/** Summary, posts a batch held when it left. No labels. */
	public static final String BATCH_SIZE = "clearview.batch.size";

	/**
	 * Timer, one a post: from its arrival in the queue until its batch left. No labels.
	 */
	public static final String BATCH_WAIT = "clearview.batch.wait";

	/**
	 * Counter of batches that left. Label: {@code cause} (full, no_gain: waiting would
	 * have gained less than a post, due: its time or a deadline had come).
	 */
	public static final String BATCH_LEFT = "clearview.batch.left";

	/**
	 * Counter of posts refused. Label: {@code limit} (queue: no room for their tier,
	 * share: their user has as many waiting as one may, time: what was left of their time
	 * does not cover a call).
	 */
	public static final String BATCH_REFUSED = "clearview.batch.refused";

	/** Counter of posts asked again because an answer left them out. No labels. */
	public static final String BATCH_ASKED_AGAIN = "clearview.batch.asked.again";

	/** Gauge, posts that wait to leave. No labels. */
	public static final String BATCH_WAITING = "clearview.batch.waiting";

	/** Gauge, calls to the model under way. No labels. */
	public static final String BATCH_CALLS = "clearview.batch.calls";

	/**
	 * Gauge, calls to the model that may be under way: learnt from time-outs and rising
	 * latency, from 1 to the configured slots. No labels.
	 */
	public static final String BATCH_LIMIT = "clearview.batch.limit";

	/** Gauge, preferences with posts that wait or came lately. No labels. */
	public static final String BATCH_PREFERENCES = "clearview.batch.preferences";

	/**
	 * Counter, posts looked up. Label: {@code found} (near, shared, durable, nowhere).
	 */
	public static final String VERDICT_LOOKUPS = "clearview.verdict.lookups";

	/**
	 * Gauge, 1 while requests look verdicts up in the durable store, because redis-cache
	 * is out or has lost its data; else 0, and where the store keeps none.
	 */
	public static final String VERDICT_DURABLE_NEEDED = "clearview.verdict.durable.needed";

	/** Gauge, verdicts held in this process. No labels. */
	public static final String VERDICT_NEAR = "clearview.verdict.near";

	/** Counter, verdicts that had to leave this process for others. No labels. */
	public static final String VERDICT_EVICTED = "clearview.verdict.evicted";

	/** Counter, posts answered by an old verdict because judging failed. No labels. */
	public static final String VERDICT_STALE = "clearview.verdict.stale";

	/**
	 * Counter, posts that the local model labelled because the provider could not. No
	 * labels.
	 */
	public static final String VERDICT_FALLBACK = "clearview.verdict.fallback";

	/**
	 * Counter, posts that the provider was not asked for because the local model was
	 * sure. No labels.
	 */
	public static final String MODEL_SAVED = "clearview.model.saved";

	/** Counter, verdicts given to redis-cache because only this process had them. */
	public static final String VERDICT_PROMOTED = "clearview.verdict.promoted";

	/** Gauge, posts being judged. No labels. */
	public static final String VERDICT_FLIGHTS = "clearview.verdict.flights";

	/** Counter, posts whose judging had already begun for another caller. No labels. */
	public static final String VERDICT_JOINED = "clearview.verdict.joined";

	/**
	 * Counter, claims to buy a verdict. Label: {@code result} (known: somebody just has,
	 * mine, taken: by another instance, unknown: redis-cache is out).
	 */
	public static final String VERDICT_CLAIMS = "clearview.verdict.claims";

	/** Gauge, verdicts waiting for redis-cache to be back. No labels. */
	public static final String VERDICT_UNWRITTEN = "clearview.verdict.unwritten";

	/** Counter, verdicts that waited too long for redis-cache to be back. No labels. */
	public static final String VERDICT_UNWRITTEN_DROPPED = "clearview.verdict.unwritten.dropped";

	/**
	 * Timer with buckets, one a call to the model with all its tries. Label:
	 * {@code outcome} (ok, timeout, unavailable, garbage, budget, declined, cancelled).
	 */
	public static final String MODEL_CALLS = "clearview.model.calls";

	/**
	 * Timer, one a try at a call. Label: {@code outcome} (ok, timeout, unavailable,
	 * garbage, cancelled).
	 */
	public static final String MODEL_TRIES = "clearview.model.tries";

	/**
	 * Counter, calls that were refused before a first try and calls that were denied one
	 * more. Label: {@code by} (breaker, cost, requests, tokens, retries, deadline, keys).
	 */
	public static final String MODEL_REFUSED = "clearview.model.refused";

	/**
	 * Counter, posts that were not judged because somebody had spent a share of the day's
	 * model budget. Label: {@code of} (network, user).
	 */
	public static final String SHARE_REFUSED = "clearview.model.share.refused.posts";

	/**
	 * Counter, requests to the provider that failed. Labels: {@code fault} (a row of
	 * {@code Fault}), {@code status}, {@code code} and {@code parameter} as the provider
	 * gives them, {@code finish} (why the answer ended); at most 60 combinations, all
	 * others are {@code other}.
	 */
	public static final String MODEL_FAILURES = "clearview.model.failures";

	/** Counter, tries after the first. */
	public static final String MODEL_RETRIES = "clearview.model.retries";

	/** Counter, tokens taken. Label: {@code kind} (prompt, cached, completion). */
	public static final String MODEL_TOKENS = "clearview.model.tokens";

	/**
	 * Gauge, share of a limit that the fleet has used, 0 to 1, as this instance last saw
	 * it; 0 where there is no limit. Label: {@code limit} (cost, requests, tokens).
	 */
	public static final String MODEL_BUDGET_USED = "clearview.model.budget.used";

	/** Gauge, US dollars that the fleet spent today, as this instance last saw it. */
	public static final String MODEL_COST_TODAY = "clearview.model.cost.today";

	/** Gauge, US dollars that the fleet may spend a day; 0 for no limit. */
	public static final String MODEL_COST_CAP = "clearview.model.cost.cap";

	/**
	 * Gauge, 1 while a circuit breaker is open and keeps calls back. Label: {@code name}
	 * (model).
	 */
	public static final String BREAKER_OPEN = "clearview.breaker.open";

	/** Gauge, API keys. Label: {@code state} (usable, cooling). */
	public static final String MODEL_KEYS = "clearview.model.keys";

	private Metrics() {
	}

}
