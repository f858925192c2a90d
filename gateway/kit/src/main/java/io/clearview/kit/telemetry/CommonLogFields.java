package io.clearview.kit.telemetry;

/** Names of the fields that log events of every service carry beside their message. */
public class CommonLogFields {

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

	/** Who asked, 64 hex digits; missing before the user is known. */
	public static final String USER_ID = "userId";

	/** {@code free}, {@code pro} or {@code enterprise}. */
	public static final String TIER = "tier";

	/** HTTP status of the response; 499 when the client left before. */
	public static final String STATUS = "status";

	/** From the request's head to the end of its response, in milliseconds. */
	public static final String DURATION_MS = "durationMs";

	/** Checking who is calling, in milliseconds. */
	public static final String AUTH_MS = "authMs";

	/** The contract's code of a refusal or fault. */
	public static final String ERROR_CODE = "errorCode";

	/** Whether the same request may succeed later. */
	public static final String RETRYABLE = "retryable";

	/** How many events like this one were not logged before it. */
	public static final String SUPPRESSED = "suppressed";

	protected CommonLogFields() {
	}

}
