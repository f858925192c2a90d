package io.clearview.gateway.upstream;

import io.clearview.gateway.correlation.Correlation;
import io.clearview.gateway.identity.Assertion;
import io.clearview.gateway.telemetry.TraceHeaders;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * What of a request's headers the classifier sees, as a list of what passes: whatever a
 * client invents, tomorrow's headers included, stays outside. The identity comes from the
 * exchange and never from a header.
 */
@Component
final class ForwardedHeaders implements HttpHeadersFilter {

	private static final AllowedHeaders PASS = AllowedHeaders.of(HttpHeaders.ACCEPT, HttpHeaders.CONTENT_TYPE,
			HttpHeaders.CONTENT_LENGTH, "Idempotency-Key");

	private final TraceHeaders traces;

	ForwardedHeaders(TraceHeaders traces) {
		this.traces = traces;
	}

	@Override
	public boolean supports(Type type) {
		return type == Type.REQUEST;
	}

	@Override
	public HttpHeaders filter(HttpHeaders input, ServerWebExchange exchange) {
		HttpHeaders passed = PASS.from(input);
		passed.set(Correlation.HEADER, Correlation.of(exchange));
		@Nullable String assertion = Assertion.of(exchange);
		if (assertion != null) {
			passed.set(Assertion.HEADER, assertion);
		}
		this.traces.inject(exchange, passed);
		return passed;
	}

}
