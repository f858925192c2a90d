package io.clearview.kit.redis;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;

/**
 * Redis did not respond in time, responded with an error, or was not asked because it is
 * known to be out. The cause says which. Whether the command took effect is unknown,
 * unless it was not sent. Cheap: no stack trace.
 */
public final class RedisUnavailableException extends RuntimeException {

	RedisUnavailableException(String role, Throwable cause) {
		super("redis-" + role + " did not execute the command", cause, false, false);
	}

	/** Whether the command was sent. It is not during a known outage. */
	public boolean wasSent() {
		return !(getCause() instanceof CallNotPermittedException);
	}

}
