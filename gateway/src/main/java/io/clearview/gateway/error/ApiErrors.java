package io.clearview.gateway.error;

import java.time.Duration;

import io.clearview.gateway.correlation.Correlation;
import io.clearview.gateway.telemetry.Metrics;
import io.clearview.gateway.telemetry.RequestReport;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * Writes every refusal and fault as the contract's error body, with the headers that
 * belong to it. There is no other writer.
 */
@Component
public final class ApiErrors {

	/** What a client is told to wait when nobody knows better. */
	private static final Duration DEFAULT_RETRY = Duration.ofSeconds(5);

	private final JsonMapper json;

	private final AffectedUsers affected;

	ApiErrors(JsonMapper json, AffectedUsers affected, MeterRegistry meters) {
		this.json = json;
		this.affected = affected;
		// from zero, so that the first time is a rise like any other
		for (String endpoint : Metrics.ENDPOINTS) {
			for (ErrorCode code : ErrorCode.values()) {
				meters.counter(Metrics.ERRORS, "endpoint", endpoint, "code", code.name());
			}
		}
	}

	/** Ends the exchange with that refusal; its answer must not have been started. */
	public Mono<Void> write(ServerWebExchange exchange, ApiException refusal) {
		return write(exchange, refusal.code(), refusal.detail(), refusal.retryAfter());
	}

	/**
	 * Ends the exchange; its answer must not have been started.
	 * @param exchange the request to end
	 * @param code the contract's code
	 * @param message for a person; names the field and the value expected, and no secret
	 * @param retryAfter when it is worth trying again; sent with 429 and 503 only, where
	 * a missing one becomes some seconds
	 * @return completes when the answer is written
	 */
	public Mono<Void> write(ServerWebExchange exchange, ErrorCode code, String message, @Nullable Duration retryAfter) {
		ServerHttpResponse response = exchange.getResponse();
		HttpHeaders headers = response.getHeaders();
		Long retryAfterMs = null;
		if (code.status() == HttpStatus.TOO_MANY_REQUESTS || code.status() == HttpStatus.SERVICE_UNAVAILABLE) {
			retryAfterMs = Math.max(1, ((retryAfter != null) ? retryAfter : DEFAULT_RETRY).toMillis());
			headers.set(HttpHeaders.RETRY_AFTER, Long.toString(Math.ceilDiv(retryAfterMs, 1000)));
		}
		if (code.status() == HttpStatus.UNAUTHORIZED) {
			headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
		}
		RequestReport report = RequestReport.of(exchange);
		report.error(code.name(), code.isRetryable());
		this.affected.add(code.name(), report.user());
		byte[] body = body(code, message, Correlation.of(exchange), retryAfterMs);
		response.setStatusCode(code.status());
		headers.setContentType(MediaType.APPLICATION_JSON);
		headers.setContentLength(body.length);
		return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
	}

	byte[] body(ErrorCode code, String message, String correlationId, @Nullable Long retryAfterMs) {
		return this.json.writeValueAsBytes(new ErrorBody(false, code.name(), message, correlationId, retryAfterMs));
	}

}
