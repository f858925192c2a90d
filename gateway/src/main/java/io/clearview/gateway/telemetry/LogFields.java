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

	private LogFields() {
	}

}
