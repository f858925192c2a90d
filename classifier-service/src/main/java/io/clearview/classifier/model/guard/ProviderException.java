package io.clearview.classifier.model.guard;

import java.time.Duration;

import io.clearview.classifier.model.Fault;

/**
 * Why a provider gave no answer to one call. Its message has no text of posts,
 * preferences, answers or keys.
 */
public final class ProviderException extends RuntimeException {

	private final Fault fault;

	private final Duration retryAfter;

	private final int requests;

	private final TokenUsage usage;

	/**
	 * Creates a failure.
	 * @param retryAfter not before so long; zero if the provider does not say
	 * @param requests that were sent
	 * @param usage tokens that were taken although nothing came of them
	 */
	public ProviderException(Fault fault, Duration retryAfter, int requests, TokenUsage usage, String message) {
		super(message, null, false, false);
		this.fault = fault;
		this.retryAfter = retryAfter;
		this.requests = requests;
		this.usage = usage;
	}

	/** Whose fault it is, and what follows from that. */
	public Fault fault() {
		return this.fault;
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
	public TokenUsage usage() {
		return this.usage;
	}

}
