package io.clearview.gateway.upstream;

import java.util.List;

import io.clearview.gateway.correlation.Correlation;
import io.clearview.gateway.identity.Assertion;
import io.clearview.gateway.request.RequestBody;
import io.clearview.gateway.telemetry.TraceHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * What of a request's headers the classifier sees, as a list of what passes: whatever a
 * client invents, tomorrow's headers included, stays outside. The identity comes from the
 * exchange and never from a header.
 */
@Component
final class ForwardedHeaders {

	private static final List<String> PASS = List.of("Accept", "Content-Type", "Idempotency-Key");

	private final TraceHeaders traces;

	ForwardedHeaders(TraceHeaders traces) {
		this.traces = traces;
	}

	void write(ServerWebExchange exchange, HttpHeaders headers) {
		for (String name : PASS) {
			@Nullable List<String> values = exchange.getRequest().getHeaders().get(name);
			if (values != null) {
				headers.set(name, values);
			}
		}
		headers.set("Content-Length", RequestBody.of(exchange).length);
		headers.set(Correlation.HEADER, Correlation.of(exchange));
		@Nullable String assertion = Assertion.of(exchange);
		if (assertion != null) {
			headers.set(Assertion.HEADER, assertion);
		}
		this.traces.inject(exchange, headers::set);
	}

}
