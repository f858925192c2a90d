package io.clearview.classifier.redis;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
 * accepts a write again. Requests never pay for finding that out: the guard itself sends
 * the write. Commands that a working Redis rejects (WRONGTYPE for one user's key) do not
 * count, and are logged once for each error code. The gateway's guard around its Redis is
 * this one's twin.
 */
public final class RedisGuard {

	private static final Logger log = LoggerFactory.getLogger(RedisGuard.class);

	private static final int PROBES_UNTIL_REDIAL = 20;

	private static final int MOST_REJECTIONS_LOGGED = 20;

	private final String role;

	private final Duration timeout;

	private final Duration probe;

	private final Mono<?> write;

	private final Runnable redial;

	private final CircuitBreaker breaker;

	private final List<Runnable> recoveries = new CopyOnWriteArrayList<>();

	private final Disposable.Swap probing = Disposables.swap();

	private final Timer ok;

	private final Timer timedOut;

	private final Timer failed;

	private final Timer refused;

	private final Timer cancelled;

	/** Error codes of rejected commands, each logged once. */
	private final Set<String> rejectionsLogged = ConcurrentHashMap.newKeySet();

	private volatile String lastFault = "no connection";

	private volatile long openedNanos;

	RedisGuard(String role, Duration timeout, Duration probe, Mono<?> write, Runnable redial, MeterRegistry meters) {
		this.role = role;
		this.timeout = timeout;
		this.probe = probe;
		this.write = write;
		this.redial = redial;
		this.breaker = CircuitBreaker.of("redis-" + role,
				CircuitBreakerConfig.custom()
					.slidingWindow(10, 5, SlidingWindowType.COUNT_BASED, SlidingWindowSynchronizationStrategy.LOCK_FREE)
					.failureRateThreshold(50)
					.waitDurationInOpenState(Duration.ofDays(365))
					.recordException(RedisFaults::isOutage)
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
				.doOnError(this::failed)
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
		if (fault instanceof CallNotPermittedException) {
			return this.refused;
		}
		return (fault instanceof TimeoutException) ? this.timedOut : this.failed;
	}

	/**
	 * Runs before the circuit breaker counts the fault, so that its log line has the
	 * cause.
	 */
	private void failed(Throwable fault) {
		String description = RedisFaults.describe(fault);
		if (RedisFaults.isOutage(fault)) {
			this.lastFault = description;
		}
		else if (this.rejectionsLogged.size() < MOST_REJECTIONS_LOGGED && this.rejectionsLogged.add(description)) {
			log.atError()
				.addKeyValue(LogFields.REDIS_ROLE, this.role)
				.addKeyValue(LogFields.CAUSE, description)
				.log("redis-{} rejected a command ({}); further rejections are not logged", this.role, description);
		}
	}

	private void changed(State state) {
		switch (state) {
			case OPEN -> {
				this.openedNanos = System.nanoTime();
				log.atWarn()
					.addKeyValue(LogFields.REDIS_ROLE, this.role)
					.addKeyValue(LogFields.CAUSE, this.lastFault)
					.log("redis-{} is out ({}); going on without it", this.role, this.lastFault);
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
			.concatMap((count) -> this.write.timeout(this.timeout).thenReturn(true).onErrorResume((_) -> {
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
