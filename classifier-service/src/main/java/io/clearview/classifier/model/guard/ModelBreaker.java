package io.clearview.classifier.model.guard;

import java.time.Clock;
import java.time.Duration;

import io.clearview.classifier.telemetry.LogFields;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The circuit breaker of a model: so many failures in a row open it, and a while later a
 * few calls are let through to see. A call that was cancelled says nothing.
 */
final class ModelBreaker {

	private static final Logger log = LoggerFactory.getLogger(ModelBreaker.class);

	private static final int TRIALS = 3;

	private final String model;

	private final Clock clock;

	private final Duration open;

	private final CircuitBreaker breaker;

	private volatile long outageMillis;

	private volatile long openedMillis;

	ModelBreaker(String model, GuardProperties limits, Clock clock) {
		this.model = model;
		this.clock = clock;
		this.open = limits.breakerOpen();
		this.breaker = CircuitBreaker.of("model",
				CircuitBreakerConfig.custom()
					.slidingWindow(limits.breakerFailures(), limits.breakerFailures(), SlidingWindowType.COUNT_BASED,
							SlidingWindowSynchronizationStrategy.LOCK_FREE)
					.failureRateThreshold(100)
					.waitDurationInOpenState(limits.breakerOpen())
					.permittedNumberOfCallsInHalfOpenState(TRIALS)
					.clock(clock)
					.writableStackTraceEnabled(false)
					.build());
		this.breaker.getEventPublisher().onStateTransition((event) -> changed(event.getStateTransition()));
	}

	CircuitBreaker breaker() {
		return this.breaker;
	}

	/**
	 * Whether a call would be refused, so that nothing needs to be reserved for it. Once
	 * the breaker has been open long enough it would not be.
	 */
	boolean refuses() {
		return this.breaker.getState() == State.OPEN && this.clock.millis() - this.openedMillis < this.open.toMillis();
	}

	private void changed(StateTransition transition) {
		if (transition.getToState() == State.OPEN) {
			this.openedMillis = this.clock.millis();
		}
		switch (transition) {
			case CLOSED_TO_OPEN -> {
				this.outageMillis = this.clock.millis();
				log.warn("model {} is out; posts are answered without it", this.model);
			}
			case HALF_OPEN_TO_CLOSED -> {
				long outage = this.clock.millis() - this.outageMillis;
				log.atInfo()
					.addKeyValue(LogFields.OUTAGE_MS, outage)
					.log("model {} is back after {} ms", this.model, outage);
			}
			default -> {
			}
		}
	}

}
