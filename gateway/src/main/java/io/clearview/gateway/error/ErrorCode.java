package io.clearview.gateway.error;

import org.springframework.http.HttpStatus;

/** The codes of the contract's error body, with the status each is sent with. */
public enum ErrorCode {

	INVALID_REQUEST(HttpStatus.BAD_REQUEST), INVALID_JSON(HttpStatus.BAD_REQUEST),
	INVALID_AUTH(HttpStatus.UNAUTHORIZED), ORIGIN_NOT_ALLOWED(HttpStatus.FORBIDDEN), NOT_FOUND(HttpStatus.NOT_FOUND),
	METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED), UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE),
	PAYLOAD_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE), RATE_LIMIT_EXCEEDED(HttpStatus.TOO_MANY_REQUESTS),
	FINGERPRINT_LIMIT_EXCEEDED(HttpStatus.TOO_MANY_REQUESTS), AUTH_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE),
	SERVICE_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE), INTERNAL_ERROR(HttpStatus.INTERNAL_SERVER_ERROR);

	private final HttpStatus status;

	ErrorCode(HttpStatus status) {
		this.status = status;
	}

	public HttpStatus status() {
		return this.status;
	}

	/** Whether the same request may succeed later. */
	public boolean isRetryable() {
		return this.status == HttpStatus.TOO_MANY_REQUESTS || this.status.is5xxServerError();
	}

}
