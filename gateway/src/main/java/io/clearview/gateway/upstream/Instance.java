package io.clearview.gateway.upstream;

import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** One instance of the classifier, as this gateway sees it. */
final class Instance {

	private final URI url;

	private final String base;

	private final AtomicInteger inFlight = new AtomicInteger();

	private final AtomicInteger failures = new AtomicInteger();

	private final AtomicBoolean up = new AtomicBoolean(true);

	Instance(URI url) {
		this.url = url;
		String text = url.toString();
		this.base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
	}

	/** Scheme, host and perhaps port. */
	URI url() {
		return this.url;
	}

	String url(String pathAndQuery) {
		return this.base + pathAndQuery;
	}

	int inFlight() {
		return this.inFlight.get();
	}

	void begin() {
		this.inFlight.incrementAndGet();
	}

	void end() {
		this.inFlight.decrementAndGet();
	}

	boolean isUp() {
		return this.up.get();
	}

	/**
	 * Notes an answer of any kind.
	 * @return whether the instance was counted as gone until now
	 */
	boolean answered() {
		if (this.failures.get() != 0) {
			this.failures.set(0);
		}
		return !this.up.get() && this.up.compareAndSet(false, true);
	}

	/**
	 * Notes that it did not answer.
	 * @return whether it counts as gone from now on
	 */
	boolean failed(int limit) {
		return this.failures.incrementAndGet() >= limit && this.up.compareAndSet(true, false);
	}

	@Override
	public String toString() {
		return this.base;
	}

}
