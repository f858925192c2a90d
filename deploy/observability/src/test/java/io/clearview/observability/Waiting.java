package io.clearview.observability;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Bounded waiting for what other processes do. */
final class Waiting {

	private static final Duration TIMEOUT = Duration.ofSeconds(90);

	private Waiting() {
	}

	/** Returns as soon as {@code condition} holds, and fails if it does not in time. */
	static void until(String what, BooleanSupplier condition) {
		long end = System.nanoTime() + TIMEOUT.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() > end) {
				throw new AssertionError("Not within " + TIMEOUT + ": " + what);
			}
			pass(Duration.ofMillis(50));
		}
	}

	/** Lets time pass in which something lasts, such as an outage. */
	static void pass(Duration time) {
		LockSupport.parkNanos(time.toNanos());
	}

}
