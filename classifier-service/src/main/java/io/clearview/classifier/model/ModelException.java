package io.clearview.classifier.model;

/** Why a model gave no answer. Carries no text of posts, preferences or keys. */
public final class ModelException extends RuntimeException {

	/** What went wrong, as far as a caller can act on it. */
	public enum Kind {

		/** No answer in time. */
		TIMEOUT,

		/** Refused, broken, or its circuit breaker is open. */
		UNAVAILABLE,

		/** The daily cost cap or the fleet's request or token budget is spent. */
		BUDGET,

		/** An answer that cannot be read. */
		GARBAGE

	}

	private final Kind kind;

	public ModelException(Kind kind, String message) {
		super(message);
		this.kind = kind;
	}

	public ModelException(Kind kind, String message, Throwable cause) {
		super(message, cause);
		this.kind = kind;
	}

	public Kind kind() {
		return this.kind;
	}

}
