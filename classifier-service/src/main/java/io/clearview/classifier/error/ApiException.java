package io.clearview.classifier.error;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A refusal that ends a request with the contract's error body. Cheap: it has no stack
 * trace, because it is an answer and not a fault.
 */
public final class ApiException extends RuntimeException {

	private final ErrorCode code;

	private final String detail;

	private final @Nullable Duration retryAfter;

	private final @Nullable Instant resetAt;

	/**
	 * @param code the contract's code
	 * @param message for a person; names the field and the value expected, never a value
	 * that was sent
	 */
	public ApiException(ErrorCode code, String message) {
		this(code, message, null, null);
	}

	/**
	 * @param code the contract's code
	 * @param message for a person
	 * @param retryAfter when it is worth trying again; required for 429 and 503
	 * @param resetAt when the daily quota is whole again, if that is what was exceeded
	 */
	public ApiException(ErrorCode code, String message, @Nullable Duration retryAfter, @Nullable Instant resetAt) {
		super(message, null, false, false);
		this.code = code;
		this.detail = message;
		this.retryAfter = retryAfter;
		this.resetAt = resetAt;
	}

	public ErrorCode code() {
		return this.code;
	}

	public String detail() {
		return this.detail;
	}

	public @Nullable Duration retryAfter() {
		return this.retryAfter;
	}

	public @Nullable Instant resetAt() {
		return this.resetAt;
	}

}
