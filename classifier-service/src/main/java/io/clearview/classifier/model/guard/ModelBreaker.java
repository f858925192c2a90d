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
 * few calls are let through to see. That while is an eighth of the outage so far, so that
 * a model that was only starting is used soon after it is ready. What is not the
 * provider's fault does not count, and a call that was cancelled says nothing.
 */
final class ModelBreaker {

	private static final Logger log = LoggerFactory.getLogger(ModelBreaker.class);

	private static final int TRIALS = 3;

	private static final Duration SHORTEST = Duration.ofSeconds(1);

	private static final int SHARE_OF_OUTAGE = 8;

	private final String model;

	private final Clock clock;

	private final Duration longest;

	private final CircuitBreaker breaker;

	private volatile long outageMillis;

	private volatile long openedMillis;

	private volatile long openMillis;

	ModelBreaker(String model, GuardProperties limits, Clock clock) {
		this.model = model;
		this.clock = clock;
		this.longest = limits.breakerOpen();
		this.breaker = CircuitBreaker.of("model", CircuitBreakerConfig.custom()
			.slidingWindow(limits.breakerFailures(), limits.breakerFailures(), SlidingWindowType.COUNT_BASED,
					SlidingWindowSynchronizationStrategy.LOCK_FREE)
			.failureRateThreshold(100)
			.waitIntervalFunctionInOpenState((opening) -> openFor(opening))
			.ignoreException((fault) -> fault instanceof ProviderException failed && !failed.fault().countsForBreaker())
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
		return this.breaker.getState() == State.OPEN && this.clock.millis() - this.openedMillis < this.openMillis;
	}

	/**
	 * How long the breaker stays open, in ms.
	 * @param opening 1 for the first of an outage
	 */
	private long openFor(int opening) {
		long outage = (opening <= 1) ? 0 : this.clock.millis() - this.outageMillis;
		long open = Math.max(SHORTEST.toMillis(), outage / SHARE_OF_OUTAGE);
		this.openMillis = Math.min(open, this.longest.toMillis());
		return this.openMillis;
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
