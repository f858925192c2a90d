package io.clearview.gateway.context;

import java.time.Duration;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.web.server.ServerWebExchange;

/**
 * What the filters know of one request. It belongs to one exchange, whose signals order
 * all access. Each part has one writer; who may read a part stands behind that writer in
 * the chain, and finds what is said there of a request that never passed it.
 */
public final class RequestContext {

	private static final String ATTRIBUTE = RequestContext.class.getName();

	private static final byte[] NO_BODY = new byte[0];

	private final long arrived = System.nanoTime();

	private final RequestReport report = new RequestReport();

	private String correlationId = "unknown";

	private @Nullable ClientAddress address;

	private @Nullable Operator operator;

	private @Nullable Account account;

	private @Nullable String assertion;

	private boolean redisTimedOut;

	private byte[] body = NO_BODY;

	private @Nullable BodyShare bodyShare;

	private long uploadNanos;

	private @Nullable Duration callerDeadline;

	private @Nullable ClassifierResponse classifierResponse;

	private RequestContext() {
	}

	/** The context of an exchange; the first call, at its arrival, creates it. */
	public static RequestContext of(ServerWebExchange exchange) {
		@Nullable Object known = exchange.getAttributes().get(ATTRIBUTE);
		if (known instanceof RequestContext context) {
			return context;
		}
		RequestContext context = new RequestContext();
		exchange.getAttributes().put(ATTRIBUTE, context);
		return context;
	}

	/** What is written down of the request at its end. */
	public RequestReport report() {
		return this.report;
	}

	/**
	 * The request's name, {@code [A-Za-z0-9_-]{8,64}}; {@code "unknown"} only for an
	 * exchange that never passed the correlation filter.
	 */
	public String correlationId() {
		return this.correlationId;
	}

	/** Names the request. */
	public void setCorrelationId(String correlationId) {
		this.correlationId = correlationId;
	}

	/** The client's address, found out once, whatever happens to the headers later. */
	public ClientAddress address(Supplier<ClientAddress> resolver) {
		ClientAddress known = this.address;
		if (known == null) {
			known = resolver.get();
			this.address = known;
		}
		return known;
	}

	/**
	 * Whose administrative request it is.
	 * @throws IllegalStateException when nobody signed it
	 */
	public Operator operator() {
		if (this.operator == null) {
			throw new IllegalStateException("An administrative handler was reached without a signature");
		}
		return this.operator;
	}

	/** Notes whose administrative request it is. */
	public void setOperator(Operator operator) {
		this.operator = operator;
	}

	/**
	 * The account of an authenticated request; null before authentication and where none
	 * is asked for.
	 */
	public @Nullable Account account() {
		return this.account;
	}

	/** Notes, for the report too, whose request it is. */
	public void setAccount(Account account) {
		this.account = account;
		this.report.user(account.user(), account.tier().label());
	}

	/** The signed statement of who is calling; null when there is none. */
	public @Nullable String assertion() {
		return this.assertion;
	}

	/** Keeps the signed statement for the request to the classifier. */
	public void setAssertion(String signed) {
		this.assertion = signed;
	}

	/**
	 * Whether Redis was unavailable once for this request, so that it does not wait for a
	 * hanging Redis a second time where there is a fallback.
	 */
	public boolean isRedisTimedOut() {
		return this.redisTimedOut;
	}

	/** Notes that Redis was unavailable. */
	public void setRedisTimedOut() {
		this.redisTimedOut = true;
	}

	/** The body's bytes; none before {@code BodySize} ran. Not to be changed. */
	public byte[] body() {
		return this.body;
	}

	/**
	 * Keeps the body, read once and whole. It is a plain array and not a pooled buffer:
	 * it is small, it is sent and perhaps read again, and nobody has to release it.
	 * @param received not to be changed afterwards
	 * @param share the memory reserved for it
	 * @param waitedNanos how long it took to arrive
	 */
	public void setBody(byte[] received, BodyShare share, long waitedNanos) {
		this.body = received;
		this.bodyShare = share;
		this.uploadNanos = waitedNanos;
	}

	/** Keeps the memory of the body reserved until {@link #releaseBody} is called. */
	public void retainBody() {
		if (this.bodyShare != null) {
			this.bodyShare.retain();
		}
	}

	/** Once for each {@link #retainBody}. */
	public void releaseBody() {
		if (this.bodyShare != null) {
			this.bodyShare.release();
		}
	}

	/**
	 * What is left of that time since the head of the request arrived; may be negative.
	 */
	public Duration left(Duration total) {
		return total.minusNanos(System.nanoTime() - this.arrived);
	}

	/**
	 * What is left of the time that the caller gave by {@code deadlineMs}, and a margin;
	 * null when it gave none. That time does not run while the body is uploaded.
	 */
	public @Nullable Duration leftOfCallerDeadline(Duration margin) {
		Duration deadline = this.callerDeadline;
		return (deadline != null) ? left(deadline.plus(margin).plusNanos(this.uploadNanos)) : null;
	}

	/** Notes the caller's {@code deadlineMs}. */
	public void setCallerDeadline(Duration deadline) {
		this.callerDeadline = deadline;
	}

	/** What the classifier responded; null before it did. */
	public @Nullable ClassifierResponse classifierResponse() {
		return this.classifierResponse;
	}

	/** Keeps what the classifier responded. */
	public void setClassifierResponse(ClassifierResponse response) {
		this.classifierResponse = response;
	}

	/** The memory reserved for a body, until its last holder releases it. */
	public interface BodyShare {

		/** Keeps it for another holder, while there is one. */
		void retain();

		/** Once for each holder; the last one gives everything back. */
		void release();

	}

}
