package io.clearview.classifier.model.guard;

import java.time.Duration;

import io.clearview.classifier.model.ModelException.Kind;

/**
 * Why a provider gave no answer to one call. Its message has no text of posts,
 * preferences, answers or keys.
 */
public final class ProviderException extends RuntimeException {

	private final Kind kind;

	private final boolean retryable;

	private final Duration retryAfter;

	private final int requests;

	private final Usage usage;

	private ProviderException(Kind kind, boolean retryable, Duration retryAfter, int requests, Usage usage,
			String message) {
		super(message, null, false, false);
		this.kind = kind;
		this.retryable = retryable;
		this.retryAfter = retryAfter;
		this.requests = requests;
		this.usage = usage;
	}

	/**
	 * The same call may succeed.
	 * @param retryAfter not before so long; zero if the provider does not say
	 * @param requests that were sent
	 */
	public static ProviderException passing(Kind kind, Duration retryAfter, int requests, String message) {
		return new ProviderException(kind, true, retryAfter, requests, Usage.NONE, message);
	}

	/** The same call would fail again. */
	public static ProviderException lasting(Kind kind, int requests, Usage usage, String message) {
		return new ProviderException(kind, false, Duration.ZERO, requests, usage, message);
	}

	public Kind kind() {
		return this.kind;
	}

	/** Whether the same call may succeed. */
	public boolean retryable() {
		return this.retryable;
	}

	/** How long the provider wants to be left alone. */
	public Duration retryAfter() {
		return this.retryAfter;
	}

	/** Requests that were sent. */
	public int requests() {
		return this.requests;
	}

	/** Tokens that were taken although nothing came of them. */
	public Usage usage() {
		return this.usage;
	}

}
