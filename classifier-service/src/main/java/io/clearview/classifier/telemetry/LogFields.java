package io.clearview.classifier.telemetry;

/** Names of the fields that log events of this service carry beside their message. */
public final class LogFields {

	/** Which Redis: {@code state} or {@code cache}. */
	public static final String REDIS_ROLE = "redisRole";

	/** How long something was out, in milliseconds. */
	public static final String OUTAGE_MS = "outageMs";

	/** Class of the fault that was met, never its message. */
	public static final String CAUSE = "cause";

	/** What happened; few, fixed values. */
	public static final String EVENT = "event";

	/** Names a request in both services. */
	public static final String CORRELATION_ID = "correlationId";

	/** The W3C trace the request belongs to, sampled or not. */
	public static final String TRACE_ID = "traceId";

	/** Who asked, 64 hex digits. */
	public static final String USER_ID = "userId";

	/** {@code free}, {@code pro} or {@code enterprise}. */
	public static final String TIER = "tier";

	/** {@code classify}, {@code quota}, {@code admin} or {@code other}. */
	public static final String ENDPOINT = "endpoint";

	/** HTTP status that was answered. */
	public static final String STATUS = "status";

	/** From the request's head to the end of its answer, in milliseconds. */
	public static final String DURATION_MS = "durationMs";

	/** Posts in the request. */
	public static final String POSTS = "posts";

	/** Posts answered from a cache. */
	public static final String CACHE_HITS = "cacheHits";

	/** Share of the posts that were answered from a cache, 0 to 1. */
	public static final String CACHE_HIT_RATE = "cacheHitRate";

	/** {@code none}, {@code ok}, {@code stale} or {@code failed_open}. */
	public static final String MODEL_STATUS = "modelStatus";

	/** Why the first post that was not judged was not, as the contract spells it. */
	public static final String MODEL_REASON = "modelReason";

	/** Posts answered before they were judged. */
	public static final String PENDING = "pending";

	/** Posts the user has left today. */
	public static final String QUOTA_LEFT = "quotaLeft";

	/** Checking the gateway's signature, in milliseconds. */
	public static final String AUTH_MS = "authMs";

	/** Reserving and giving back quota, in milliseconds. */
	public static final String QUOTA_MS = "quotaMs";

	/** Looking verdicts up, in milliseconds; at the same time as the quota. */
	public static final String CACHE_MS = "cacheMs";

	/**
	 * The longest wait of a post for its batch to leave, in milliseconds. 0 where no post
	 * of the request was in a batch that left: it was cached, another request's was
	 * joined, or the caller's deadline came first.
	 */
	public static final String QUEUE_MS = "queueMs";

	/** The longest wait of a post for the model, its queue included, in milliseconds. */
	public static final String MODEL_MS = "modelMs";

	/** The contract's code of a refusal or fault. */
	public static final String ERROR_CODE = "errorCode";

	/** Whether the same request may succeed later. */
	public static final String RETRYABLE = "retryable";

	/**
	 * What the user saw: {@code labels}, {@code some_labels}, {@code everything} (nothing
	 * was judged, so nothing hidden) or {@code error}.
	 */
	public static final String USER_SAW = "userSaw";

	/** How many events like this one were not logged before it. */
	public static final String SUPPRESSED = "suppressed";

	private LogFields() {
	}

}
