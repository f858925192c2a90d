package io.clearview.classifier.error;

import org.springframework.http.HttpStatus;

/** The codes of the contract's error body, with the status each is sent with. */
public enum ErrorCode {

	INVALID_REQUEST(HttpStatus.BAD_REQUEST, false),

	INVALID_JSON(HttpStatus.BAD_REQUEST, false),

	INVALID_AUTH(HttpStatus.UNAUTHORIZED, false),

	NOT_FOUND(HttpStatus.NOT_FOUND, false),

	METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, false),

	UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE, false),

	PAYLOAD_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, false),

	BURST_LIMIT_EXCEEDED(HttpStatus.TOO_MANY_REQUESTS, true),

	QUOTA_EXCEEDED(HttpStatus.TOO_MANY_REQUESTS, true),

	SERVICE_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, true),

	INTERNAL_ERROR(HttpStatus.INTERNAL_SERVER_ERROR, true);

	private final HttpStatus status;

	private final boolean retryable;

	ErrorCode(HttpStatus status, boolean retryable) {
		this.status = status;
		this.retryable = retryable;
	}

	public HttpStatus status() {
		return this.status;
	}

	/** Whether the same request may succeed later. */
	public boolean retryable() {
		return this.retryable;
	}

}
