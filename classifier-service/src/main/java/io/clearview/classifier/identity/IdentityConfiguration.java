package io.clearview.classifier.identity;

import java.time.Clock;
import java.time.Duration;
import java.util.List;

import io.clearview.kit.keyring.DirectoryKeyRing;
import io.clearview.kit.keyring.DirectoryKeyRing.Minimum;
import io.clearview.kit.keyring.KeyRing;
import io.clearview.kit.keyring.KeyRingPolling;
import io.clearview.kit.schedule.Recurring;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The gateway's keys and the look at their files every few seconds. */
@Configuration(proxyBeanMethods = false)
class IdentityConfiguration {

	@Bean
	DirectoryKeyRing identityKeys(IdentityProperties properties, Clock clock) {
		return new DirectoryKeyRing("identity", properties.keys(), Minimum.ANY_KEY, Duration.ZERO, clock, (_) -> {
		});
	}

	@Bean(destroyMethod = "dispose")
	Disposable identityKeysPolling(DirectoryKeyRing keys, IdentityProperties properties, Clock clock,
			MeterRegistry meters) {
		return KeyRingPolling.start(List.of(keys), properties.keyPoll(), clock, meters);
	}

	@Bean
	WarmUpIdentity warmUpIdentity(KeyRing keys, Clock clock) {
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
	IdentityFilter identityFilter(KeyRing keys, IdentityProperties properties, Standstill standstill, Clock clock,
			MeterRegistry meters) {
		return new IdentityFilter(new AssertionVerifier(keys, properties.clockSkew(), clock), standstill, meters);
	}

}
