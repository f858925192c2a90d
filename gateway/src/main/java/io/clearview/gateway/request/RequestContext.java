package io.clearview.gateway.request;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.web.server.ServerWebExchange;

/**
 * When a request arrived, its body, and how long its caller waits. Belongs to one
 * exchange, whose signals order all access.
 */
public final class RequestContext {

	private static final String ATTRIBUTE = RequestContext.class.getName();

	private static final byte[] NO_BODY = new byte[0];

	private final long arrived = System.nanoTime();

	private byte[] body = NO_BODY;

	private BodyMemory.@Nullable Share memory;

	private long uploadNanos;

	private @Nullable Duration callerDeadline;

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

	/** The body's bytes; none before {@code BodySize} ran. Not to be changed. */
	public byte[] body() {
		return this.body;
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

	/** Keeps the memory of the body reserved until {@link #releaseBody} is called. */
	public void retainBody() {
		if (this.memory != null) {
			this.memory.retain();
		}
	}

	/** Once for each {@link #retainBody}. */
	public void releaseBody() {
		if (this.memory != null) {
			this.memory.release();
		}
	}

	void receive(byte[] received, BodyMemory.Share share, long waitedNanos) {
		this.body = received;
		this.memory = share;
		this.uploadNanos = waitedNanos;
	}

	void callerDeadline(Duration deadline) {
		this.callerDeadline = deadline;
	}

}
