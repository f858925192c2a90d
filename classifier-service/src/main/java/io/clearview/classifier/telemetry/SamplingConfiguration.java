package io.clearview.classifier.telemetry;

import java.util.concurrent.ThreadLocalRandom;

import io.clearview.kit.telemetry.TraceParent;
import io.micrometer.observation.ObservationPredicate;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;

/**
 * Decides at a request's head whether it is traced: as its caller says, else by
 * {@code management.tracing.sampling.probability}. A request that is not traced is not
 * observed at all; observing it only to drop its span would cost a twentieth of what it
 * takes to answer it from the cache.
 */
@Configuration(proxyBeanMethods = false)
class SamplingConfiguration {

	@Bean
	ObservationPredicate tracedRequests(@Value("${management.tracing.sampling.probability:0.1}") double probability) {
		return (_, context) -> !(context instanceof ServerRequestObservationContext request)
				|| isTraced(request.getCarrier(), probability);
	}

	/** What is observed was sampled. */
	@Bean
	Sampler everythingObserved() {
		return Sampler.parentBased(Sampler.alwaysOn());
	}

	private static boolean isTraced(@Nullable ServerHttpRequest request, double probability) {
		TraceParent caller = (request != null) ? TraceParent.of(request.getHeaders()) : null;
		return (caller != null) ? caller.sampled() : ThreadLocalRandom.current().nextDouble() < probability;
	}

}
