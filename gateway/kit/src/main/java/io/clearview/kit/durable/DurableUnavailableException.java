package io.clearview.kit.durable;

import org.jspecify.annotations.Nullable;

/**
 * The durable store cannot say now what it has, or cannot take more: it failed, is held
 * to be unavailable, or too much was asked of it lately.
 */
public final class DurableUnavailableException extends RuntimeException {

	/**
	 * An exception without a stack trace.
	 * @param message what cannot be done now
	 * @param cause the failure, or null if the store was not asked
	 */
	public DurableUnavailableException(String message, @Nullable Throwable cause) {
		super(message, cause, false, false);
	}

}
