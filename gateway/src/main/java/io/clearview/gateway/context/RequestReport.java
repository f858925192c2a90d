package io.clearview.gateway.context;

import io.clearview.kit.telemetry.TraceParent;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatusCode;

/**
 * What is known of a request, gathered by the filters on its way and written down once,
 * at its end. Belongs to one exchange, whose signals order all access.
 */
public final class RequestReport {

	/** What is recorded as the status when the connection ended before the answer. */
	public static final HttpStatusCode CLIENT_LEFT = HttpStatusCode.valueOf(499);

	private @Nullable String user;

	private @Nullable String tier;

	private @Nullable String errorCode;

	private @Nullable String failedOpen;

	private @Nullable TraceParent unsampled;

	private boolean retryable;

	private boolean modelAwaited;

	private long limitsNanos;

	private long authNanos;

	private long classifierNanos;

	RequestReport() {
	}

	void user(String id, String tierLabel) {
		this.user = id;
		this.tier = tierLabel;
	}

	/** That it was refused or broke, with the contract's code. */
	public void error(String code, boolean mayBeRetried) {
		this.errorCode = code;
		this.retryable = mayBeRetried;
	}

	/** That every post was shown without being judged, and why. */
	public void failedOpen(String reason) {
		this.failedOpen = reason;
	}

	/** That the classifier had to wait for the model. */
	public void modelAwaited() {
		this.modelAwaited = true;
	}

	/** Adds time spent on counting against limits. */
	public void limits(long nanos) {
		this.limitsNanos += nanos;
	}

	/** Adds time spent on the token. */
	public void auth(long nanos) {
		this.authNanos += nanos;
	}

	/** Adds time spent on waiting for the classifier's answer. */
	public void classifier(long nanos) {
		this.classifierNanos += nanos;
	}

	/** The user's ID; null before a token was accepted. */
	public @Nullable String user() {
		return this.user;
	}

	/** The trace of a request that is not sampled. */
	public TraceParent unsampled() {
		TraceParent trace = this.unsampled;
		if (trace == null) {
			trace = TraceParent.mint();
			this.unsampled = trace;
		}
		return trace;
	}

	/** The user's tier; null before a token was accepted. */
	public @Nullable String tier() {
		return this.tier;
	}

	/** The contract's code; null when it was neither refused nor broke. */
	public @Nullable String errorCode() {
		return this.errorCode;
	}

	/** Why every post was shown; null when they were judged. */
	public @Nullable String failedOpen() {
		return this.failedOpen;
	}

	/** Whether the classifier had to wait for the model. */
	public boolean isModelAwaited() {
		return this.modelAwaited;
	}

	/** Whether a refused or broken request may be sent again. */
	public boolean isRetryable() {
		return this.retryable;
	}

	/** Nanoseconds spent on counting against limits. */
	public long limitsNanos() {
		return this.limitsNanos;
	}

	/** Nanoseconds spent on the token. */
	public long authNanos() {
		return this.authNanos;
	}

	/** Nanoseconds spent on waiting for the classifier's answer. */
	public long classifierNanos() {
		return this.classifierNanos;
	}

}
