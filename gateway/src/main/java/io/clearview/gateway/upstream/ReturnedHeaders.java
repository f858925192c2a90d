package io.clearview.gateway.upstream;

import io.clearview.gateway.telemetry.RequestReport;

import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * What of the classifier's headers a client sees. The others are either the gateway's own
 * (correlation, security, CORS) and must not appear twice, or nobody's business. Of an
 * answer that comes too late, nothing.
 */
@Component
final class ReturnedHeaders implements HttpHeadersFilter {

	private static final AllowedHeaders PASS = AllowedHeaders.of(HttpHeaders.CONTENT_TYPE, HttpHeaders.CONTENT_LENGTH,
			HttpHeaders.RETRY_AFTER);

	/** Stands in an answer that had to wait for the model. */
	private static final String AWAITED = "X-ClearView-Model-Awaited";

	@Override
	public boolean supports(Type type) {
		return type == Type.RESPONSE;
	}

	@Override
	public HttpHeaders filter(HttpHeaders input, ServerWebExchange exchange) {
		if (!ClassifierAnswer.begins(exchange)) {
			return new HttpHeaders();
		}
		if (input.containsHeader(AWAITED)) {
			RequestReport.of(exchange).modelAwaited();
		}
		return PASS.from(input);
	}

}
