package io.clearview.classifier.model;

/**
 * Why a model gave no answer. Carries no text of posts, preferences or keys. It has a
 * stack trace only where another exception is its cause: in an outage there is one for
 * each request.
 */
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
		GARBAGE,

		/**
		 * The provider or the model declined to judge the posts, or they are too long.
		 */
		DECLINED

	}

	private final Fault fault;

	public ModelException(Kind kind, String message) {
		this(Fault.of(kind), message);
	}

	public ModelException(Kind kind, String message, Throwable cause) {
		super(message, cause);
		this.fault = Fault.of(kind);
	}

	public ModelException(Fault fault, String message) {
		super(message, null, false, false);
		this.fault = fault;
	}

	public ModelException(Fault fault, String message, Throwable cause) {
		super(message, cause);
		this.fault = fault;
	}

	/** Whose fault it is, and what follows from that. */
	public Fault fault() {
		return this.fault;
	}

	public Kind kind() {
		return this.fault.kind();
	}

}
