package io.clearview.gateway.telemetry;

/** Names of the fields that log events of this service carry beside their message. */
public final class LogFields {

	/** Which Redis: {@code state}. */
	public static final String REDIS_ROLE = "redisRole";

	/** How long something was out, in milliseconds. */
	public static final String OUTAGE_MS = "outageMs";

	/** Class of the fault that was met, never its message. */
	public static final String CAUSE = "cause";

	/** Whose act an audit event is: a key's id, or the hash of an address or device. */
	public static final String AUDIT_WHO = "auditWho";

	/** The act of an audit event. */
	public static final String AUDIT_WHAT = "auditWhat";

	/** To whom or what it was done: a user's ID, a key ring, a path. */
	public static final String AUDIT_WHOM = "auditWhom";

	/** How it ended: attempted, done, refused, failed. */
	public static final String AUDIT_OUTCOME = "auditOutcome";

	/** What else there is to know of an audit event. */
	public static final String AUDIT_DETAIL = "auditDetail";

	/** What happened; few, fixed values. */
	public static final String EVENT = "event";

	/** Names a request in both services. */
	public static final String CORRELATION_ID = "correlationId";

	/** The W3C trace the request belongs to, sampled or not. */
	public static final String TRACE_ID = "traceId";

	/** Who asked, 64 hex digits; missing before a token was accepted. */
	public static final String USER_ID = "userId";

	/** {@code free}, {@code pro} or {@code enterprise}. */
	public static final String TIER = "tier";

	/**
	 * {@code auth}, {@code classify}, {@code quota}, {@code health}, {@code admin} or
	 * {@code other}.
	 */
	public static final String ENDPOINT = "endpoint";

	/** HTTP status that was answered; 499 when the client left before. */
	public static final String STATUS = "status";

	/** From the request's head to the end of its answer, in milliseconds. */
	public static final String DURATION_MS = "durationMs";

	/** Counting the request against limits, in milliseconds. */
	public static final String LIMITS_MS = "limitsMs";

	/** Checking the token, in milliseconds. */
	public static final String AUTH_MS = "authMs";

	/** From asking the classifier to the end of its answer, in milliseconds. */
	public static final String CLASSIFIER_MS = "classifierMs";

	/** The contract's code of a refusal or fault. */
	public static final String ERROR_CODE = "errorCode";

	/** Whether the same request may succeed later. */
	public static final String RETRYABLE = "retryable";

	/** Why every post was shown without being judged; see {@link Metrics#FAILED_OPEN}. */
	public static final String FAILED_OPEN = "failedOpen";

	/** What the user saw instead of labels: {@code everything} or {@code error}. */
	public static final String USER_SAW = "userSaw";

	/** How many events like this one were not logged before it. */
	public static final String SUPPRESSED = "suppressed";

	private LogFields() {
	}

}
