package io.clearview.gateway.telemetry;

import io.clearview.kit.telemetry.TraceParent;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.ServerWebExchange;

/**
 * What is known of a request, gathered by the filters on its way and written down once,
 * at its end. Belongs to one exchange, whose signals order all access.
 */
public final class RequestReport {

	/** What is recorded as the status when the connection ended before the answer. */
	public static final HttpStatusCode CLIENT_LEFT = HttpStatusCode.valueOf(499);

	private static final String ATTRIBUTE = RequestReport.class.getName();

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

	/** The report of an exchange; one that nobody reads when it has none. */
	public static RequestReport of(ServerWebExchange exchange) {
		@Nullable Object report = exchange.getAttributes().get(ATTRIBUTE);
		return (report instanceof RequestReport known) ? known : new RequestReport();
	}

	static RequestReport open(ServerWebExchange exchange) {
		RequestReport report = new RequestReport();
		exchange.getAttributes().put(ATTRIBUTE, report);
		return report;
	}

	/** Whose request it is. */
	public void user(String id, String tierLabel) {
		this.user = id;
		this.tier = tierLabel;
	}

	/** That it was refused or broke, with the contract's code. */
	public void error(String code, boolean mayBeRetried) {
		this.errorCode = code;
		this.retryable = mayBeRetried;
	}

	/**
	 * That every post was shown without being judged; see {@link Metrics#FAILED_OPEN}.
	 */
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
	TraceParent unsampled() {
		TraceParent trace = this.unsampled;
		if (trace == null) {
			trace = TraceParent.mint();
			this.unsampled = trace;
		}
		return trace;
	}

	@Nullable String tier() {
		return this.tier;
	}

	@Nullable String errorCode() {
		return this.errorCode;
	}

	@Nullable String failedOpen() {
		return this.failedOpen;
	}

	boolean isModelAwaited() {
		return this.modelAwaited;
	}

	boolean isRetryable() {
		return this.retryable;
	}

	long limitsNanos() {
		return this.limitsNanos;
	}

	long authNanos() {
		return this.authNanos;
	}

	long classifierNanos() {
		return this.classifierNanos;
	}

}
