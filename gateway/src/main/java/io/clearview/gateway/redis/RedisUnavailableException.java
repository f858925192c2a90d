package io.clearview.gateway.redis;

/**
 * Redis did not answer in time, answered with an error, or was not asked because it is
 * known to be out. Whether the command took effect is unknown. Cheap: no stack trace.
 */
public final class RedisUnavailableException extends RuntimeException {

	RedisUnavailableException(Throwable cause) {
		super("redis-state is out", cause, false, false);
	}

}
