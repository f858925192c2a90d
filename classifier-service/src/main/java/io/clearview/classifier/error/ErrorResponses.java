package io.clearview.classifier.error;

import io.clearview.classifier.telemetry.LogFields;
import io.clearview.kit.error.ErrorBody;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBufferLimitException;
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
		return new ErrorBody(refusal.code().name(), refusal.detail(), correlation, refusal.retryAfter(),
				refusal.resetAt())
			.write(response, refusal.code().status());
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
