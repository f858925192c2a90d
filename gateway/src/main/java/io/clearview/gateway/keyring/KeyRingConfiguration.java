package io.clearview.gateway.keyring;

import java.time.Clock;
import java.util.List;

import io.clearview.gateway.keyring.KeyRingProperties.Ring;
import io.clearview.kit.keyring.DirectoryKeyRing;
import io.clearview.kit.keyring.DirectoryKeyRing.Minimum;
import io.clearview.kit.keyring.KeyRingPolling;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.Disposable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The four key rings, whose directories are read again every few seconds.
 */
@Configuration(proxyBeanMethods = false)
class KeyRingConfiguration {

	private final KeyRingProperties settings;

	private final Clock clock;

	private final ApplicationEventPublisher events;

	KeyRingConfiguration(KeyRingProperties settings, Clock clock, ApplicationEventPublisher events) {
		this.settings = settings;
		this.clock = clock;
		this.events = events;
	}

	/** Sign the identity that the classifier verifies. */
	@Bean
	DirectoryKeyRing identityKeys() {
		return ring("identity", this.settings.identity(), Minimum.ACTIVE_KEY);
	}

	/** Verify operators. Without a key, administration is off. */
	@Bean
	DirectoryKeyRing adminKeys() {
		return ring("admin", this.settings.admin(), Minimum.NONE);
	}

	/** Hash devices. Required: without it the device limit would not hold. */
	@Bean
	DirectoryKeyRing deviceKeys() {
		return ring("device", this.settings.device(), Minimum.ACTIVE_KEY);
	}

	/** Sign and verify bearer tokens. */
	@Bean
	DirectoryKeyRing tokenKeys() {
		return ring("token", this.settings.token(), Minimum.ACTIVE_KEY);
	}

	@Bean(destroyMethod = "dispose")
	Disposable keyRingPolling(List<DirectoryKeyRing> rings, MeterRegistry meters) {
		return KeyRingPolling.start(rings, this.settings.keyPoll(), this.clock, meters);
	}

	private DirectoryKeyRing ring(String name, Ring ring, Minimum minimum) {
		return new DirectoryKeyRing(name, ring.keys(), minimum, this.settings.keySettling(), this.clock,
				this.events::publishEvent);
	}

}
