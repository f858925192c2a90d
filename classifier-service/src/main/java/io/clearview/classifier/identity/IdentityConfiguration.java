package io.clearview.classifier.identity;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.clearview.classifier.schedule.Recurring;
import io.clearview.classifier.telemetry.Metrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The gateway's keys and the look at their files every few seconds. */
@Configuration(proxyBeanMethods = false)
class IdentityConfiguration {

	@Bean
	DirectoryKeyRing identityKeys(IdentityProperties properties) {
		return new DirectoryKeyRing(properties.keys());
	}

	/** On the bounded elastic scheduler, because it reads files. */
	@Bean(destroyMethod = "dispose")
	Disposable identityKeysPolling(DirectoryKeyRing keys, IdentityProperties properties) {
		long every = properties.keyPoll().toMillis();
		return Schedulers.boundedElastic().schedulePeriodically(keys::reload, every, every, TimeUnit.MILLISECONDS);
	}

	@Bean
	WarmUpIdentity warmUpIdentity(DirectoryKeyRing keys, Clock clock) {
		return new WarmUpIdentity(keys, clock);
	}

	@Bean
	Standstill standstill(IdentityProperties properties, Clock clock) {
		return new Standstill(properties.staleAfter(), System::nanoTime, clock);
	}

	@Bean
	ApplicationListener<ApplicationReadyEvent> beginsWithTheFirstRequest(Standstill standstill) {
		return (event) -> standstill.begin();
	}

	@Bean
	Recurring heartbeat(Standstill standstill) {
		return new Recurring(Standstill.BEAT, () -> Mono.fromRunnable(standstill::beat));
	}

	@Bean
	IdentityFilter identityFilter(DirectoryKeyRing keys, IdentityProperties properties, Standstill standstill,
			Clock clock, MeterRegistry meters) {
		TimeGauge.builder(Metrics.KEY_AGE, keys, TimeUnit.SECONDS, (ring) -> age(ring, clock))
			.tag("ring", "identity")
			.register(meters);
		return new IdentityFilter(new AssertionVerifier(keys, properties.clockSkew(), clock), standstill, meters);
	}

	private static double age(DirectoryKeyRing keys, Clock clock) {
		return keys.newest()
			.map((created) -> (double) Duration.between(created, clock.instant()).toSeconds())
			.orElse(Double.NaN);
	}

}
