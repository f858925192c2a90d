package io.clearview.gateway.error;

import org.jspecify.annotations.Nullable;

import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;

/** What a client is told about an exception. */
final class Refusals {

	private Refusals() {
	}

	/** The refusal that an exception stands for; null when it is a fault. */
	static @Nullable ApiException of(Throwable thrown) {
		return switch (thrown) {
			case ApiException refusal -> refusal;
			case DataBufferLimitException _ ->
				new ApiException(ErrorCode.PAYLOAD_TOO_LARGE, "The body is larger than allowed");
			case DecodingException _ -> new ApiException(ErrorCode.INVALID_JSON, "The body is not valid JSON");
			case MethodNotAllowedException wrong ->
				new ApiException(ErrorCode.METHOD_NOT_ALLOWED, wrong.getHttpMethod() + " is not supported here");
			case UnsupportedMediaTypeStatusException _ ->
				new ApiException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Content-Type must be application/json");
			case ResponseStatusException other -> ofStatus(other.getStatusCode().value());
			default -> null;
		};
	}

	private static @Nullable ApiException ofStatus(int status) {
		HttpStatus known = HttpStatus.resolve(status);
		return switch (known) {
			case NOT_FOUND -> new ApiException(ErrorCode.NOT_FOUND, "There is nothing here");
			case CONTENT_TOO_LARGE -> new ApiException(ErrorCode.PAYLOAD_TOO_LARGE, "The body is larger than allowed");
			case SERVICE_UNAVAILABLE, GATEWAY_TIMEOUT, BAD_GATEWAY ->
				new ApiException(ErrorCode.SERVICE_UNAVAILABLE, "Temporarily unavailable, try again");
			case null -> null;
			default -> known.is4xxClientError()
					? new ApiException(ErrorCode.INVALID_REQUEST, "The request cannot be understood") : null;
		};
	}

}
