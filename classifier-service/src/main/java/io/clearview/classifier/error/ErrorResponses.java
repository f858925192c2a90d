package io.clearview.classifier.error;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;

import io.clearview.classifier.telemetry.LogFields;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonFactory;

import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;

/**
 * Turns whatever ended a request into the contract's error body. Nothing of a fault but
 * its class and place is logged: its message may hold what a user wrote.
 */
@Component
public final class ErrorResponses {

	private static final Logger log = LoggerFactory.getLogger(ErrorResponses.class);

	private final JsonFactory json = new JsonFactory();

	/** What to tell the caller. */
	public ApiException refusal(Throwable fault) {
		return switch (fault) {
			case ApiException refusal -> refusal;
			case DataBufferLimitException _ ->
				new ApiException(ErrorCode.PAYLOAD_TOO_LARGE, "Body must be at most 102,400 bytes");
			case ResponseStatusException framework -> refusal(framework.getStatusCode().value());
			default -> new ApiException(ErrorCode.INTERNAL_ERROR, "Something went wrong here");
		};
	}

	/**
	 * Answers a request that {@code fault} ended. Errors with {@code fault} when the
	 * answer had already begun.
	 */
	public Mono<Void> answer(ServerWebExchange exchange, Throwable fault, ApiException refusal) {
		String correlation = CorrelationId.of(exchange);
		if (refusal.code() == ErrorCode.INTERNAL_ERROR) {
			log.atError()
				.addKeyValue(LogFields.CORRELATION_ID, correlation)
				.setCause(withoutMessage(fault))
				.log("Fault while serving {}", exchange.getRequest().getMethod());
		}
		ServerHttpResponse response = exchange.getResponse();
		if (response.isCommitted()) {
			return Mono.error(fault);
		}
		byte[] body = body(refusal, correlation);
		response.setStatusCode(refusal.code().status());
		HttpHeaders headers = response.getHeaders();
		headers.setContentType(MediaType.APPLICATION_JSON);
		headers.setContentLength(body.length);
		Duration retryAfter = refusal.retryAfter();
		if (retryAfter != null) {
			headers.set(HttpHeaders.RETRY_AFTER, Long.toString(Math.ceilDiv(retryAfter.toMillis(), 1000)));
		}
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
	}

	private byte[] body(ApiException refusal, String correlation) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
		try (JsonGenerator out = this.json.createGenerator(bytes)) {
			out.writeStartObject();
			out.writeBooleanProperty("success", false);
			out.writeStringProperty("error", refusal.code().name());
			out.writeStringProperty("message", refusal.detail());
			out.writeStringProperty("correlationId", correlation);
			Duration retryAfter = refusal.retryAfter();
			if (retryAfter != null) {
				out.writeNumberProperty("retryAfterMs", retryAfter.toMillis());
			}
			Instant resetAt = refusal.resetAt();
			if (resetAt != null) {
				out.writeStringProperty("resetAt", Timestamps.format(resetAt));
			}
			out.writeEndObject();
		}
		return bytes.toByteArray();
	}

	private static ApiException refusal(int status) {
		return switch (status) {
			case 404 -> new ApiException(ErrorCode.NOT_FOUND, "There is nothing at this path");
			case 405 -> new ApiException(ErrorCode.METHOD_NOT_ALLOWED, "This path does not take this method");
			case 413 -> new ApiException(ErrorCode.PAYLOAD_TOO_LARGE, "Body must be at most 102,400 bytes");
			case 415 -> new ApiException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Content-Type must be application/json");
			case 400 -> new ApiException(ErrorCode.INVALID_REQUEST, "Invalid request");
			default -> new ApiException(ErrorCode.INTERNAL_ERROR, "Something went wrong here");
		};
	}

	/** A fault as it may be logged. */
	public static Throwable withoutMessage(Throwable fault) {
		Throwable bare = new Throwable(fault.getClass().getName());
		bare.setStackTrace(fault.getStackTrace());
		return bare;
	}

}
