package io.clearview.gateway.correlation;

import java.util.Map;
import java.util.function.BiConsumer;

/** The headers that every answer carries, whoever writes it. */
public final class StandardHeaders {

	private static final Map<String, String> SECURITY = Map.of("X-Content-Type-Options", "nosniff", "X-Frame-Options",
			"DENY", "Strict-Transport-Security", "max-age=31536000; includeSubDomains", "Cache-Control", "no-store");

	private StandardHeaders() {
	}

	/** Sets them, for a request of that name. */
	public static void set(String correlationId, BiConsumer<String, String> headers) {
		headers.accept(Correlation.HEADER, correlationId);
		SECURITY.forEach(headers);
	}

}
