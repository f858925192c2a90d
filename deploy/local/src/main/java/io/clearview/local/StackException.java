package io.clearview.local;

import org.jspecify.annotations.Nullable;

/** The stack cannot be started or used; the message says why, in words for a person. */
public class StackException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	public StackException(String message) {
		super(message);
	}

	public StackException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
