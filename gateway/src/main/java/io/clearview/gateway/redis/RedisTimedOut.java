package io.clearview.gateway.redis;

import org.springframework.web.server.ServerWebExchange;

/**
 * Marks a request for which Redis was unavailable once, so that it does not wait for a
 * hanging Redis a second time where there is a fallback.
 */
public final class RedisTimedOut {

	private static final String ATTRIBUTE = RedisTimedOut.class.getName();

	private RedisTimedOut() {
	}

	/** Marks the request. */
	public static void mark(ServerWebExchange exchange) {
		exchange.getAttributes().put(ATTRIBUTE, Boolean.TRUE);
	}

	/** Whether the request is marked. */
	public static boolean isMarked(ServerWebExchange exchange) {
		return exchange.getAttributes().containsKey(ATTRIBUTE);
	}

}
