package io.clearview.local;

import java.time.Duration;
import java.util.function.BooleanSupplier;

import static org.assertj.core.api.Assertions.assertThat;

/** Bounded waiting for what another process does. */
final class Waiting {

	private Waiting() {
	}

	static void until(String what, BooleanSupplier condition) {
		long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
		while (!condition.getAsBoolean() && System.nanoTime() < end) {
			Pause.of(Duration.ofMillis(20));
		}
		assertThat(condition.getAsBoolean()).as(what).isTrue();
	}

}
