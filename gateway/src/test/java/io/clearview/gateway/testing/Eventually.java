package io.clearview.gateway.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits, within reason, for what happens on another thread. */
public final class Eventually {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private Eventually() {
	}

	/** Returns as soon as {@code condition} holds; fails if it does not in 30 seconds. */
	public static void eventually(String what, BooleanSupplier condition) {
		long end = System.nanoTime() + PATIENCE.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() > end) {
				throw new AssertionError("Not within " + PATIENCE + ": " + what);
			}
			LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
		}
	}

}
