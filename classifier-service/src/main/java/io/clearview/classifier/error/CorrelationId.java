package io.clearview.classifier.error;

import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

import org.springframework.web.server.ServerWebExchange;

/** What names a request in answers, logs and traces of both services. */
public final class CorrelationId {

	private static final String HEADER = "X-Correlation-ID";

	private static final String ATTRIBUTE = CorrelationId.class.getName();

	private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{8,64}");

	private CorrelationId() {
	}

	/** The id of a request: what the caller calls it, or a new one of 16 hex digits. */
	public static String of(ServerWebExchange exchange) {
		String known = exchange.getAttribute(ATTRIBUTE);
		if (known != null) {
			return known;
		}
		String sent = exchange.getRequest().getHeaders().getFirst(HEADER);
		String id = (sent != null && isValid(sent)) ? sent : mint();
		set(exchange, id);
		return id;
	}

	/** Names a request as whoever asserted its identity does. */
	public static void set(ServerWebExchange exchange, String id) {
		exchange.getAttributes().put(ATTRIBUTE, id);
	}

	public static boolean isValid(String id) {
		return FORM.matcher(id).matches();
	}

	private static String mint() {
		String digits = Long.toHexString(ThreadLocalRandom.current().nextLong());
		return "0".repeat(16 - digits.length()) + digits;
	}

}
