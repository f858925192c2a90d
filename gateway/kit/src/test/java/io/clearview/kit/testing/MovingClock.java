package io.clearview.kit.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A wall clock that stands still between calls of {@link #advance}. */
public final class MovingClock extends Clock {

	private volatile Instant now;

	/** A clock at noon on 23 November 2026. */
	public MovingClock() {
		this(Instant.parse("2026-11-23T12:00:00Z"));
	}

	public MovingClock(Instant now) {
		this.now = now;
	}

	public void advance(Duration by) {
		this.now = this.now.plus(by);
	}

	@Override
	public Instant instant() {
		return this.now;
	}

	@Override
	public ZoneId getZone() {
		return ZoneOffset.UTC;
	}

	@Override
	public Clock withZone(ZoneId zone) {
		return this;
	}

}
