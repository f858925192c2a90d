package io.clearview.classifier.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.clearview.classifier.telemetry.LogFields;
import io.clearview.classifier.telemetry.Metrics;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * Keeps one Redis role from slowing a request down: what takes longer than the time-out
 * has failed, and when half of the last ten calls failed, calls fail at once until Redis
 * answers a ping again. Requests never pay for finding that out: the guard itself pings.
 * The gateway's guard around its Redis is this one's twin.
 */
public final class RedisGuard {

	private static final Logger log = LoggerFactory.getLogger(RedisGuard.class);

	private static final int PROBES_UNTIL_REDIAL = 20;

	private final String role;

	private final Duration timeout;

	private final Duration probe;

	private final Mono<?> ping;

	private final Runnable redial;

	private final CircuitBreaker breaker;

	private final List<Runnable> recoveries = new CopyOnWriteArrayList<>();

	private final Disposable.Swap probing = Disposables.swap();

	private final Timer ok;

	private final Timer timedOut;

	private final Timer failed;

	private final Timer refused;

	private final Timer cancelled;

	private volatile long openedNanos;

	RedisGuard(String role, Duration timeout, Duration probe, Mono<?> ping, Runnable redial, MeterRegistry meters) {
		this.role = role;
		this.timeout = timeout;
		this.probe = probe;
		this.ping = ping;
		this.redial = redial;
		this.breaker = CircuitBreaker.of("redis-" + role,
				CircuitBreakerConfig.custom()
					.slidingWindow(10, 5, SlidingWindowType.COUNT_BASED, SlidingWindowSynchronizationStrategy.LOCK_FREE)
					.failureRateThreshold(50)
					.waitDurationInOpenState(Duration.ofDays(365))
					.writableStackTraceEnabled(false)
					.build());
		this.breaker.getEventPublisher().onStateTransition((event) -> changed(event.getStateTransition().getToState()));
		this.ok = calls(meters, "ok");
		this.timedOut = calls(meters, "timeout");
		this.failed = calls(meters, "error");
		this.refused = calls(meters, "refused");
		this.cancelled = calls(meters, "cancelled");
		Gauge.builder(Metrics.REDIS_UP, this, (guard) -> guard.isUp() ? 1 : 0).tag("role", role).register(meters);
	}

	private Timer calls(MeterRegistry meters, String outcome) {
		return Timer.builder(Metrics.REDIS_CALLS).tag("role", this.role).tag("outcome", outcome).register(meters);
	}

	/**
	 * Guards a call. Errors with {@link TimeoutException},
	 * {@link CallNotPermittedException} (at once, without subscribing to {@code call}) or
	 * whatever {@code call} errors with.
	 */
	public <T> Mono<T> run(Mono<T> call) {
		return Mono.defer(() -> {
			long start = System.nanoTime();
			return call.timeout(this.timeout)
				.transformDeferred(CircuitBreakerOperator.of(this.breaker))
				.doOnError((fault) -> timer(fault).record(System.nanoTime() - start, TimeUnit.NANOSECONDS))
				.doFinally((end) -> {
					if (end != SignalType.ON_ERROR) {
						((end == SignalType.CANCEL) ? this.cancelled : this.ok).record(System.nanoTime() - start,
								TimeUnit.NANOSECONDS);
					}
				});
		});
	}

	/** Whether calls are let through. */
	public boolean isUp() {
		return this.breaker.getState() == State.CLOSED;
	}

	/**
	 * Asks to be told each time Redis is back after having been out. {@code recovery}
	 * must not block.
	 */
	public void onRecovery(Runnable recovery) {
		this.recoveries.add(recovery);
	}

	/** Says that Redis is known to be out. */
	void open() {
		this.breaker.transitionToOpenState();
	}

	void close() {
		this.probing.dispose();
	}

	private Timer timer(Throwable fault) {
		return switch (fault) {
			case TimeoutException _ -> this.timedOut;
			case CallNotPermittedException _ -> this.refused;
			default -> this.failed;
		};
	}

	private void changed(State state) {
		switch (state) {
			case OPEN -> {
				this.openedNanos = System.nanoTime();
				log.atWarn()
					.addKeyValue(LogFields.REDIS_ROLE, this.role)
					.log("redis-{} is out; going on without it", this.role);
				this.probing.update(probing());
			}
			case CLOSED -> {
				long outage = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - this.openedNanos);
				log.atInfo()
					.addKeyValue(LogFields.REDIS_ROLE, this.role)
					.addKeyValue(LogFields.OUTAGE_MS, outage)
					.log("redis-{} is back after {} ms", this.role, outage);
				this.recoveries.forEach(Runnable::run);
			}
			default -> {
			}
		}
	}

	private Disposable probing() {
		return Flux.interval(this.probe)
			.onBackpressureDrop()
			.index((count, _) -> count)
			.concatMap((count) -> this.ping.timeout(this.timeout).thenReturn(true).onErrorResume((_) -> {
				if (count % PROBES_UNTIL_REDIAL == PROBES_UNTIL_REDIAL - 1) {
					this.redial.run();
				}
				return Mono.just(false);
			}), 1)
			.takeUntil(Boolean::booleanValue)
			.filter(Boolean::booleanValue)
			.subscribe((_) -> this.breaker.transitionToClosedState());
	}

}
