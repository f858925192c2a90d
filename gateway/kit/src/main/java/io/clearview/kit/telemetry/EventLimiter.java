package io.clearview.kit.telemetry;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Limits how many events pass in a second, so that an outage that every request notices
 * does not flood the log. Takes no lock; a few more than allowed may pass at the turn of
 * a second.
 */
public final class EventLimiter {

	private static final long SECOND = 1_000_000_000L;

	private final int perSecond;

	private final LongSupplier nanoTime;

	private final AtomicLong secondStart;

	private final AtomicInteger passed = new AtomicInteger();

	private final AtomicInteger held = new AtomicInteger();

	/** Limits by the time of {@link System#nanoTime()}. */
	public EventLimiter(int perSecond) {
		this(perSecond, System::nanoTime);
	}

	EventLimiter(int perSecond, LongSupplier nanoTime) {
		this.perSecond = perSecond;
		this.nanoTime = nanoTime;
		this.secondStart = new AtomicLong(nanoTime.getAsLong());
	}

	/**
	 * Asks whether one event may pass.
	 * @return how many were suppressed since the last one that passed, or -1 to suppress
	 * this one
	 */
	public int pass() {
		long now = this.nanoTime.getAsLong();
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
