package io.clearview.gateway.telemetry;

import java.util.concurrent.ThreadLocalRandom;

import io.micrometer.observation.ObservationPredicate;
import io.opentelemetry.sdk.trace.samplers.Sampler;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;

/**
 * Decides at a request's head whether it is traced, by
 * {@code management.tracing.sampling.probability}; the classifier then does as the
 * gateway did. A request that is not traced is not observed at all; observing it only to
 * drop its span would cost a twentieth of what it takes to pass it on.
 */
@Configuration(proxyBeanMethods = false)
class SamplingConfiguration {

	@Bean
	ObservationPredicate tracedRequests(@Value("${management.tracing.sampling.probability:0.1}") double probability) {
		return (_, context) -> !(context instanceof ServerRequestObservationContext)
				|| ThreadLocalRandom.current().nextDouble() < probability;
	}

	/** What is observed was sampled. */
	@Bean
	Sampler everythingObserved() {
		return Sampler.alwaysOn();
	}

}
