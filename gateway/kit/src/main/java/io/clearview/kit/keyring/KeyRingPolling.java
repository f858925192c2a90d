package io.clearview.kit.keyring;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Schedulers;

/**
 * Reads the directories of key rings periodically and publishes the age of their newest
 * active keys. Runs on the bounded elastic scheduler, because it reads files.
 */
public final class KeyRingPolling {

	/** Gauge, seconds: age of the newest active key. Label: {@code ring}. */
	public static final String KEY_AGE = "clearview.key.age";

	private KeyRingPolling() {
	}

	/**
	 * Begins to poll.
	 * @param every the interval
	 * @return ends the polling when it is disposed
	 */
	public static Disposable start(Collection<DirectoryKeyRing> rings, Duration every, Clock clock,
			MeterRegistry meters) {
		Disposable.Composite polling = Disposables.composite();
		for (DirectoryKeyRing ring : rings) {
			TimeGauge.builder(KEY_AGE, ring, TimeUnit.SECONDS, (one) -> age(one, clock))
				.tag("ring", ring.name())
				.description("Age of the newest active key of a ring")
				.register(meters);
			polling.add(Schedulers.boundedElastic()
				.schedulePeriodically(ring::reload, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS));
		}
		return polling;
	}

	private static double age(DirectoryKeyRing ring, Clock clock) {
		return ring.newest()
			.map((created) -> (double) Duration.between(created, clock.instant()).toSeconds())
			.orElse(Double.NaN);
	}

}
