package io.clearview.gateway.redis;

import org.springframework.web.server.ServerWebExchange;

/**
 * Notes on a request that it had to do without Redis once, so that it does not wait a
 * second time for a Redis that hangs where there is another way.
 */
public final class WaitedInVain {

	private static final String ATTRIBUTE = WaitedInVain.class.getName();

	private WaitedInVain() {
	}

	/** Notes it. */
	public static void note(ServerWebExchange exchange) {
		exchange.getAttributes().put(ATTRIBUTE, Boolean.TRUE);
	}

	/** Whether it was noted. */
	public static boolean isNoted(ServerWebExchange exchange) {
		return exchange.getAttributes().containsKey(ATTRIBUTE);
	}

}
