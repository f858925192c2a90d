package io.clearview.e2e;

import java.time.Duration;
import java.util.function.BooleanSupplier;

import static org.assertj.core.api.Assertions.assertThat;

/** Bounded waiting for what other processes do. */
final class Waiting {

	private Waiting() {
	}

	static void until(String what, Duration atMost, BooleanSupplier condition) throws InterruptedException {
		long end = System.nanoTime() + atMost.toNanos();
		boolean holds = condition.getAsBoolean();
		while (!holds && System.nanoTime() < end) {
			java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
			holds = condition.getAsBoolean();
		}
		assertThat(holds).as(what).isTrue();
	}

}
