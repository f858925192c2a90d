package io.clearview.classifier.telemetry;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * What is said of one request in its log event and in the metrics. Filled in by whoever
 * serves it, one after the other; read at the end, and before if the caller leaves. Times
 * are in nanoseconds.
 */
public final class RequestReport {

	/** What the model had to do with an answer. */
	public enum ModelStatus {

		/** Nothing: all was cached or refused. */
		NONE,

		/** It judged all it was asked. */
		OK,

		/** It failed, and older verdicts stood in. */
		STALE,

		/** It failed, and posts are shown that were not judged. */
		FAILED_OPEN

	}

	private final long startNanos = System.nanoTime();

	private String endpoint = "other";

	private String correlationId = "";

	private @Nullable String traceId;

	private @Nullable String userId;

	private @Nullable String tier;

	private @Nullable String errorCode;

	private boolean retryable;

	private boolean callerGone;

	private int posts;

	private int cached;

	private int classified;

	private int pending;

	private int blank;

	private ModelStatus modelStatus = ModelStatus.NONE;

	private final Map<String, Integer> failedOpen = new LinkedHashMap<>();

	private long quotaLeft = -1;

	private long quotaLimit;

	private long authNanos;

	private long quotaNanos;

	private long cacheNanos;

	private long queueNanos;

	private long modelNanos;

	public void endpoint(String endpoint) {
		this.endpoint = endpoint;
	}

	public void correlation(String correlationId) {
		this.correlationId = correlationId;
	}

	/** The trace it belongs to, where the log's context does not name it. */
	public void trace(@Nullable String traceId) {
		this.traceId = traceId;
	}

	public void caller(String userId, String tier) {
		this.userId = userId;
		this.tier = tier;
	}

	public void error(String code, boolean retryable) {
		this.errorCode = code;
		this.retryable = retryable;
	}

	/** Its caller went away while it was being answered. */
	public void callerLeft() {
		this.callerGone = true;
	}

	public boolean isCallerGone() {
		return this.callerGone;
	}

	/** What became of the posts. */
	public void posts(int posts, int cached, int classified, int pending, int blank) {
		this.posts = posts;
		this.cached = cached;
		this.classified = classified;
		this.pending = pending;
		this.blank = blank;
	}

	/** One post was not judged; {@code reason} as the contract spells it. */
	public synchronized void failedOpen(String reason) {
		this.failedOpen.merge(reason, 1, Integer::sum);
	}

	public void model(ModelStatus status) {
		this.modelStatus = status;
	}

	/** What the user has left today, of {@code limit} posts. */
	public void quotaLeft(long posts, long limit) {
		this.quotaLeft = posts;
		this.quotaLimit = limit;
	}

	public void authTook(long nanos) {
		this.authNanos = nanos;
	}

	public void quotaTook(long nanos) {
		this.quotaNanos += nanos;
	}

	public void cacheTook(long nanos) {
		this.cacheNanos = nanos;
	}

	public void queueTook(long nanos) {
		this.queueNanos = nanos;
	}

	public void modelTook(long nanos) {
		this.modelNanos = nanos;
	}

	/** When the request arrived, on the clock of {@link System#nanoTime()}. */
	public long startNanos() {
		return this.startNanos;
	}

	/** What went wrong for the user, if anything did, as a code. */
	public Optional<String> trouble() {
		if (this.errorCode != null) {
			return Optional.of(this.errorCode);
		}
		return (this.modelStatus == ModelStatus.FAILED_OPEN) ? Optional.of("FAILED_OPEN") : Optional.empty();
	}

	String endpoint() {
		return this.endpoint;
	}

	String correlationId() {
		return this.correlationId;
	}

	@Nullable String traceId() {
		return this.traceId;
	}

	@Nullable String userId() {
		return this.userId;
	}

	@Nullable String tier() {
		return this.tier;
	}

	@Nullable String errorCode() {
		return this.errorCode;
	}

	boolean isRetryable() {
		return this.retryable;
	}

	int posts() {
		return this.posts;
	}

	int cached() {
		return this.cached;
	}

	int classified() {
		return this.classified;
	}

	/** Posts that were not judged, by reason, in the order of their first posts. */
	synchronized Map<String, Integer> failedOpen() {
		return new LinkedHashMap<>(this.failedOpen);
	}

	int blank() {
		return this.blank;
	}

	int pending() {
		return this.pending;
	}

	ModelStatus modelStatus() {
		return this.modelStatus;
	}

	long quotaLeft() {
		return this.quotaLeft;
	}

	long quotaLimit() {
		return this.quotaLimit;
	}

	long authNanos() {
		return this.authNanos;
	}

	long quotaNanos() {
		return this.quotaNanos;
	}

	long cacheNanos() {
		return this.cacheNanos;
	}

	long queueNanos() {
		return this.queueNanos;
	}

	/** Whether its answer had to wait for the model, for however short a time. */
	public boolean isModelAwaited() {
		return this.modelNanos > 0;
	}

	long modelNanos() {
		return this.modelNanos;
	}

}
