package io.clearview.gateway.telemetry;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.web.server.ServerWebExchange;

/** Finds the span of a request without a thread local. */
final class Spans {

	private Spans() {
	}

	/** The span; null unless the request is sampled. */
	static @Nullable Span of(ServerWebExchange exchange) {
		ServerRequestObservationContext observed = ServerRequestObservationContext.findCurrent(exchange.getAttributes())
			.orElse(null);
		TracingContext tracing = (observed != null) ? observed.get(TracingContext.class) : null;
		return (tracing != null) ? tracing.getSpan() : null;
	}

}
