package io.clearview.gateway.correlation;

import io.clearview.kit.correlation.CorrelationIds;
import org.jspecify.annotations.Nullable;

import org.springframework.web.server.ServerWebExchange;

/** The name a request goes by in its answer, in every log line and in its trace. */
public final class Correlation {

	/** The header, in requests, in answers, and towards the classifier. */
	public static final String HEADER = "X-Correlation-ID";

	static final String ATTRIBUTE = Correlation.class.getName();

	private Correlation() {
	}

	/** A new name, for a request that could not even be read. */
	public static String mint() {
		return CorrelationIds.takeOrMint(null);
	}

	/**
	 * The request's name, {@code [A-Za-z0-9_-]{8,64}}; {@code "unknown"} only for an
	 * exchange that never passed the filter.
	 */
	public static String of(ServerWebExchange exchange) {
		@Nullable Object id = exchange.getAttributes().get(ATTRIBUTE);
		return (id instanceof String name) ? name : "unknown";
	}

}
