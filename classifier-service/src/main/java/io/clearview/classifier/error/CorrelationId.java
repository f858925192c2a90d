package io.clearview.classifier.error;

import io.clearview.kit.correlation.CorrelationIds;

import org.springframework.web.server.ServerWebExchange;

/** The ID by which a request is found in responses, logs and traces of both services. */
public final class CorrelationId {

	private static final String HEADER = "X-Correlation-ID";

	private static final String ATTRIBUTE = CorrelationId.class.getName();

	private CorrelationId() {
	}

	/** The id of a request: what the caller calls it, or a new one of 16 hex digits. */
	public static String of(ServerWebExchange exchange) {
		String known = exchange.getAttribute(ATTRIBUTE);
		if (known != null) {
			return known;
		}
		String sent = exchange.getRequest().getHeaders().getFirst(HEADER);
		String id = CorrelationIds.takeOrMint(sent);
		set(exchange, id);
		return id;
	}

	/** Names a request as whoever asserted its identity does. */
	public static void set(ServerWebExchange exchange, String id) {
		exchange.getAttributes().put(ATTRIBUTE, id);
	}

	public static boolean isValid(String id) {
		return CorrelationIds.isValid(id);
	}

}
