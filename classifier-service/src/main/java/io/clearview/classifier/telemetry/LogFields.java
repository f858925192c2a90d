package io.clearview.classifier.telemetry;

import io.clearview.kit.telemetry.CommonLogFields;

/** Names of the fields that log events of this service carry beside their message. */
public final class LogFields extends CommonLogFields {

	/** {@code classify}, {@code quota}, {@code admin} or {@code other}. */
	public static final String ENDPOINT = "endpoint";

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

	/**
	 * What the user saw: {@code labels}, {@code some_labels}, {@code everything} (nothing
	 * was judged, so nothing hidden) or {@code error}.
	 */
	public static final String USER_SAW = "userSaw";

	private LogFields() {
	}

}
