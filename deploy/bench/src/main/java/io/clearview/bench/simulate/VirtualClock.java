package io.clearview.bench.simulate;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

import reactor.core.scheduler.Scheduler;

/** The wall's time, as a scheduler's virtual time goes on. */
final class VirtualClock extends Clock {

	private final Scheduler scheduler;

	private final Instant beginning;

	VirtualClock(Scheduler scheduler, Instant beginning) {
		this.scheduler = scheduler;
		this.beginning = beginning;
	}

	@Override
	public Instant instant() {
		return this.beginning.plusNanos(this.scheduler.now(TimeUnit.NANOSECONDS));
	}

	@Override
	public ZoneId getZone() {
		return ZoneOffset.UTC;
	}

	@Override
	public Clock withZone(ZoneId zone) {
		throw new UnsupportedOperationException();
	}

}
