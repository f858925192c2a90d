package io.clearview.gateway.error;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A refusal that ends a request with the contract's error body. Cheap: it has no stack
 * trace, because it is an answer and not a fault.
 */
public final class ApiException extends RuntimeException {

	private final ErrorCode code;

	private final @Nullable Duration retryAfter;

	public ApiException(ErrorCode code, String message) {
		this(code, message, null);
	}

	/**
	 * @param code the contract's code
	 * @param message for a person; names the field and the value expected
	 * @param retryAfter when it is worth trying again; required for 429 and 503
	 */
	public ApiException(ErrorCode code, String message, @Nullable Duration retryAfter) {
		super(message, null, false, false);
		this.code = code;
		this.retryAfter = retryAfter;
	}

	public ErrorCode code() {
		return this.code;
	}

	public @Nullable Duration retryAfter() {
		return this.retryAfter;
	}

	/** The message, never null. */
	public String detail() {
		String message = getMessage();
		return (message != null) ? message : this.code.name();
	}

}
