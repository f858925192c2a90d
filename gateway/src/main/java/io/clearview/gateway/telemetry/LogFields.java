package io.clearview.gateway.telemetry;

/** Names of the fields that log events of this service carry beside their message. */
public final class LogFields {

	/** Which Redis: {@code state}. */
	public static final String REDIS_ROLE = "redisRole";

	/** How long something was out, in milliseconds. */
	public static final String OUTAGE_MS = "outageMs";

	/** Class of the fault that was met, never its message. */
	public static final String CAUSE = "cause";

	private LogFields() {
	}

}
