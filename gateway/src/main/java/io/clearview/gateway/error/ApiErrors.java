package io.clearview.gateway.error;

import java.time.Duration;

import io.clearview.gateway.context.RequestContext;
import io.clearview.gateway.context.RequestReport;
import io.clearview.gateway.telemetry.Metrics;
import io.clearview.kit.error.AffectedUsers;
import io.clearview.kit.error.ErrorBody;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
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

	private final AffectedUsers affected;

	ApiErrors(AffectedUsers affected, MeterRegistry meters) {
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
		Duration retry = null;
		if (code.status() == HttpStatus.TOO_MANY_REQUESTS || code.status() == HttpStatus.SERVICE_UNAVAILABLE) {
			retry = Duration.ofMillis(Math.max(1, ((retryAfter != null) ? retryAfter : DEFAULT_RETRY).toMillis()));
		}
		if (code.status() == HttpStatus.UNAUTHORIZED) {
			headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
		}
		RequestReport report = RequestContext.of(exchange).report();
		report.error(code.name(), code.isRetryable());
		this.affected.add(code.name(), report.user());
		return new ErrorBody(code.name(), message, RequestContext.of(exchange).correlationId(), retry, null)
			.write(response, code.status());
	}

}
