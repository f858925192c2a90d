package io.clearview.gateway.fallback;

import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.telemetry.Metrics;
import io.clearview.gateway.upstream.ClassifierUnreachableException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.timelimiter.TimeLimiterRegistry;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.cloud.circuitbreaker.resilience4j.ReactiveResilience4JCircuitBreakerFactory;
import org.springframework.cloud.circuitbreaker.resilience4j.Resilience4JConfigBuilder;
import org.springframework.cloud.client.circuitbreaker.Customizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The breaker around the classifier. */
@Configuration(proxyBeanMethods = false)
class BreakerConfiguration {

	static final String CLASSIFIER = "classifier";

	private static final Logger log = LoggerFactory.getLogger(BreakerConfiguration.class);

	@Bean
	CircuitBreakerRegistry circuitBreakers() {
		return CircuitBreakerRegistry.ofDefaults();
	}

	@Bean
	TimeLimiterRegistry timeLimiters() {
		return TimeLimiterRegistry.ofDefaults();
	}

	@Bean
	Customizer<ReactiveResilience4JCircuitBreakerFactory> classifierBreaker(BreakerProperties properties,
			MeterRegistry meters) {
		CircuitBreakerConfig breaker = CircuitBreakerConfig.custom()
			.slidingWindow(Math.toIntExact(properties.window().toSeconds()), properties.minimumCalls(),
					SlidingWindowType.TIME_BASED, SlidingWindowSynchronizationStrategy.LOCK_FREE)
			.failureRateThreshold(properties.failureRate())
			.waitDurationInOpenState(properties.openFor())
			.permittedNumberOfCallsInHalfOpenState(properties.trialCalls())
			// what was not sent, or not waited for, says nothing about the classifier
			.ignoreExceptions(ClassifierUnreachableException.class, OutOfTimeException.class, ApiException.class)
			.maxWaitDurationInHalfOpenState(properties.deadline().multipliedBy(2))
			.build();
		return (factory) -> {
			factory.configureDefault((id) -> new Resilience4JConfigBuilder(id).circuitBreakerConfig(breaker).build());
			// once, because customizers run with every request
			factory.addCircuitBreakerCustomizer(
					Customizer.once((circuit) -> watch(circuit, meters), CircuitBreaker::getName), CLASSIFIER);
		};
	}

	private static void watch(CircuitBreaker circuit, MeterRegistry meters) {
		circuit.getEventPublisher()
			.onStateTransition((event) -> log.warn("Breaker around the classifier is now {}, was {}",
					event.getStateTransition().getToState(), event.getStateTransition().getFromState()));
		Gauge.builder(Metrics.BREAKER_OPEN, circuit, (breaker) -> (breaker.getState() == State.OPEN) ? 1 : 0)
			.tag("name", CLASSIFIER)
			.register(meters);
	}

}
