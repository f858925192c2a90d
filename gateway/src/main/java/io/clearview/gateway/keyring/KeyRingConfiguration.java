package io.clearview.gateway.keyring;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.clearview.gateway.keyring.KeyRingSettings.Ring;
import io.clearview.gateway.telemetry.Metrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Schedulers;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The three rings, and the look at their directories every few seconds. It runs on the
 * bounded elastic scheduler, because it reads files.
 */
@Configuration(proxyBeanMethods = false)
class KeyRingConfiguration {

	private final KeyRingSettings settings;

	private final Clock clock;

	private final ApplicationEventPublisher events;

	KeyRingConfiguration(KeyRingSettings settings, Clock clock, ApplicationEventPublisher events) {
		this.settings = settings;
		this.clock = clock;
		this.events = events;
	}

	/** Signs what the classifier believes. */
	@Bean
	KeyRing identityKeys() {
		return ring("identity", this.settings.identity(), true);
	}

	/** Verifies operators. Empty: there is no administration. */
	@Bean
	KeyRing adminKeys() {
		return ring("admin", this.settings.admin(), false);
	}

	/** Hashes devices. Required: without it the device limit would not hold. */
	@Bean
	KeyRing deviceKeys() {
		return ring("device", this.settings.device(), true);
	}

	@Bean(destroyMethod = "dispose")
	Disposable keyRingPolling(List<KeyRing> rings, MeterRegistry registry) {
		Disposable.Composite polling = Disposables.composite();
		long every = this.settings.keyPoll().toMillis();
		for (KeyRing ring : rings) {
			if (ring instanceof DirectoryKeyRing directory) {
				TimeGauge.builder(Metrics.KEY_AGE, directory, TimeUnit.SECONDS, this::age)
					.tag("ring", directory.name())
					.description("Age of the newest key of a ring")
					.register(registry);
				polling.add(Schedulers.boundedElastic()
					.schedulePeriodically(directory::reload, every, every, TimeUnit.MILLISECONDS));
			}
		}
		return polling;
	}

	private DirectoryKeyRing ring(String name, Ring ring, boolean required) {
		return new DirectoryKeyRing(name, ring.keys(), required, this.settings.keySettling(), this.clock,
				this.events::publishEvent);
	}

	private double age(DirectoryKeyRing ring) {
		return ring.all()
			.stream()
			.map(Key::created)
			.max(Comparable::compareTo)
			.map((created) -> (double) Duration.between(created, this.clock.instant()).toSeconds())
			.orElse(Double.NaN);
	}

}
