package io.clearview.gateway.admin;

import org.jspecify.annotations.Nullable;

import org.springframework.web.server.ServerWebExchange;

/**
 * Who signed an administrative request.
 *
 * @param keyId the name of the key
 * @param body what was signed
 */
@SuppressWarnings("ArrayRecordComponent")
record Operator(String keyId, byte[] body) {

	private static final String ATTRIBUTE = Operator.class.getName();

	/** As the audit trail names it. */
	String who() {
		return "key:" + this.keyId;
	}

	void attachTo(ServerWebExchange exchange) {
		exchange.getAttributes().put(ATTRIBUTE, this);
	}

	/** Whose request it is. Never absent behind {@link OperatorFilter}. */
	static Operator of(ServerWebExchange exchange) {
		@Nullable Object operator = exchange.getAttributes().get(ATTRIBUTE);
		if (operator instanceof Operator known) {
			return known;
		}
		throw new IllegalStateException("An administrative handler was reached without a signature");
	}

}
