package io.clearview.classifier.telemetry;

import java.time.Clock;

/**
 * Lets so many events of one name a second pass, so that an outage that every request
 * notices does not become an outage of the log.
 */
public final class EventLimiter {

	private final int perSecond;

	private final Clock clock;

	private long second;

	private int passed;

	private int held;

	public EventLimiter(int perSecond, Clock clock) {
		this.perSecond = perSecond;
		this.clock = clock;
	}

	/**
	 * Asks for one event to pass.
	 * @return how many were held back since the last one that passed, or -1 to hold this
	 * one back
	 */
	public synchronized int pass() {
		long now = this.clock.millis() / 1000;
		if (now != this.second) {
			this.second = now;
			this.passed = 0;
		}
		if (this.passed == this.perSecond) {
			this.held++;
			return -1;
		}
		this.passed++;
		int before = this.held;
		this.held = 0;
		return before;
	}

}
