package io.clearview.gateway.identity;

import org.jspecify.annotations.Nullable;

import org.springframework.web.server.ServerWebExchange;

/** The signed statement of who is calling, as it travels with an exchange. */
public final class Assertion {

	/** The header the classifier reads it from. */
	public static final String HEADER = "X-ClearView-Identity";

	private static final String ATTRIBUTE = Assertion.class.getName();

	private Assertion() {
	}

	/** The assertion; null when the exchange carries none. */
	public static @Nullable String of(ServerWebExchange exchange) {
		@Nullable Object assertion = exchange.getAttributes().get(ATTRIBUTE);
		return (assertion instanceof String signed) ? signed : null;
	}

	static void attach(ServerWebExchange exchange, String signed) {
		exchange.getAttributes().put(ATTRIBUTE, signed);
	}

}
