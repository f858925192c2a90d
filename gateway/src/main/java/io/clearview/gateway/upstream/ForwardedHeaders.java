package io.clearview.gateway.upstream;

import io.clearview.gateway.context.RequestContext;
import io.clearview.gateway.correlation.Correlation;
import io.clearview.gateway.identity.AssertionSigner;
import io.clearview.gateway.telemetry.TraceHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * What of a request's headers the classifier sees, as a list of what passes: whatever a
 * client invents, tomorrow's headers included, stays outside. The identity comes from the
 * exchange and never from a header. What passes is short: the classifier bounds the head
 * of a request more tightly than this gateway.
 */
@Component
final class ForwardedHeaders {

	private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

	/** One character more than the contract allows is enough to be refused. */
	private static final int IDEMPOTENCY_KEY_LENGTH = 65;

	private final TraceHeaders traces;

	ForwardedHeaders(TraceHeaders traces) {
		this.traces = traces;
	}

	void write(ServerWebExchange exchange, HttpHeaders headers) {
		@Nullable String key = exchange.getRequest().getHeaders().getFirst(IDEMPOTENCY_KEY);
		if (key != null) {
			headers.set(IDEMPOTENCY_KEY, key.substring(0, Math.min(key.length(), IDEMPOTENCY_KEY_LENGTH)));
		}
		byte[] body = RequestContext.of(exchange).body();
		if (body.length > 0) {
			headers.set("Content-Type", "application/json");
		}
		headers.set("Content-Length", body.length);
		headers.set(Correlation.HEADER, RequestContext.of(exchange).correlationId());
		@Nullable String assertion = RequestContext.of(exchange).assertion();
		if (assertion != null) {
			headers.set(AssertionSigner.HEADER, assertion);
		}
		this.traces.inject(exchange, headers::set);
	}

}
