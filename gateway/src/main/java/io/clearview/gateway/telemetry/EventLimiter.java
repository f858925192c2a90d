package io.clearview.gateway.telemetry;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import com.github.benmanes.caffeine.cache.Ticker;

/**
 * Lets so many events a second pass, so that an outage that every request notices does
 * not become an outage of the log. Never waits; a few more than allowed may pass at the
 * turn of a second.
 */
final class EventLimiter {

	private static final long SECOND = 1_000_000_000L;

	private final int perSecond;

	private final Ticker ticker;

	private final AtomicLong secondStart;

	private final AtomicInteger passed = new AtomicInteger();

	private final AtomicInteger held = new AtomicInteger();

	EventLimiter(int perSecond, Ticker ticker) {
		this.perSecond = perSecond;
		this.ticker = ticker;
		this.secondStart = new AtomicLong(ticker.read());
	}

	/**
	 * Asks for one event to pass.
	 * @return how many were held back since the last one that passed, or -1 to hold this
	 * one back
	 */
	int pass() {
		long now = this.ticker.read();
		long start = this.secondStart.get();
		if (now - start >= SECOND && this.secondStart.compareAndSet(start, now)) {
			this.passed.set(0);
		}
		if (this.passed.incrementAndGet() > this.perSecond) {
			this.held.incrementAndGet();
			return -1;
		}
		return (this.held.get() == 0) ? 0 : this.held.getAndSet(0);
	}

}
