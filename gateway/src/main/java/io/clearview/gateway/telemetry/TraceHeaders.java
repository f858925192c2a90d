package io.clearview.gateway.telemetry;

import java.util.function.BiConsumer;

import io.clearview.gateway.context.RequestContext;
import io.clearview.kit.telemetry.TraceParent;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.propagation.Propagator;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * Carries a request's trace on to the classifier, whose span becomes a child of this
 * gateway's. The framework's own client span is off: it doubles the cost of a hop that
 * both ends time already, and its gauge of active requests counts those that time out for
 * ever.
 */
@Component
public final class TraceHeaders {

	private final @Nullable Propagator propagator;

	TraceHeaders(ObjectProvider<Propagator> propagator) {
		this.propagator = propagator.getIfAvailable();
	}

	/** Writes the W3C headers of the request's trace, sampled or not. */
	public void inject(ServerWebExchange exchange, BiConsumer<String, String> headers) {
		Propagator carrier = this.propagator;
		Span span = (carrier != null) ? Spans.of(exchange) : null;
		if (span == null) {
			headers.accept(TraceParent.HEADER, RequestContext.of(exchange).report().unsampled().header());
		}
		else if (carrier != null) {
			carrier.inject(span.context(), headers, (_, name, value) -> headers.accept(name, value));
		}
	}

}
