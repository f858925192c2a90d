package io.clearview.kit.testing;

import java.time.Duration;
import java.util.function.BooleanSupplier;

import org.awaitility.Awaitility;

/** Waits up to 30 seconds for what happens on another thread. */
public final class Eventually {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private Eventually() {
	}

	/** Returns as soon as {@code condition} holds; fails if it does not in 30 seconds. */
	public static void eventually(String what, BooleanSupplier condition) {
		eventually(what, LIMIT, condition);
	}

	/** Returns as soon as {@code condition} holds; fails if it does not in time. */
	public static void eventually(String what, Duration limit, BooleanSupplier condition) {
		Awaitility.await(what)
			.atMost(limit)
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(2))
			.pollInSameThread()
			.until(condition::getAsBoolean);
	}

}
