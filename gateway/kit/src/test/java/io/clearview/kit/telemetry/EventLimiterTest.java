package io.clearview.kit.telemetry;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class EventLimiterTest {

	private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1));

	private final EventLimiter limiter = new EventLimiter(2, this.now::get);

	@Test
	void suppressesWhatExceedsTheRateAndReportsItWithTheNextThatPasses() {
		assertThat(new int[] { this.limiter.pass(), this.limiter.pass(), this.limiter.pass(), this.limiter.pass() })
			.containsExactly(0, 0, -1, -1);
		this.now.addAndGet(TimeUnit.SECONDS.toNanos(1));
		assertThat(new int[] { this.limiter.pass(), this.limiter.pass(), this.limiter.pass() }).containsExactly(2, 0,
				-1);
	}

	@Test
	void goesOnWhenTheTickerOverflows() {
		this.limiter.pass();
		this.limiter.pass();
		this.now.addAndGet(TimeUnit.SECONDS.toNanos(2));
		assertThat(this.limiter.pass()).isZero();
	}

}
