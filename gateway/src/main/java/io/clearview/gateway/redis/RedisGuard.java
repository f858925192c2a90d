package io.clearview.gateway.redis;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.clearview.gateway.deadline.Deadlines;
import io.clearview.gateway.telemetry.LogFields;
import io.clearview.gateway.telemetry.Metrics;
import io.clearview.gateway.telemetry.Tracing;
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
import reactor.util.retry.Retry;

/**
 * Keeps redis-state from slowing a request down: what takes longer than the time-out has
 * failed, and when half of the last ten calls failed, calls fail at once until Redis
 * takes a write again. Requests never pay for finding that out: the guard itself asks. It
 * starts shut, because the first connection is made by its first question and not by a
 * request. The classifier's guard around its Redis is this one's twin.
 */
public final class RedisGuard {

	private static final Logger log = LoggerFactory.getLogger(RedisGuard.class);

	private static final String ROLE = "state";

	private static final int PROBES_UNTIL_REDIAL = 20;

	/** A Redis that is out again so soon is asked half as often, and so on. */
	private static final Duration RELAPSE = Duration.ofSeconds(10);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

	private static final int MOST_REFUSALS_TOLD = 20;

	/** Longer than a command's, because it may have to connect. */
	private static final Duration PROBE_PATIENCE = Duration.ofSeconds(3);

	private final RedisSettings settings;

	private final Mono<?> probe;

	private final Runnable redial;

	private final Tracing tracing;

	private final CircuitBreaker breaker;

	private final List<Runnable> recoveries = new CopyOnWriteArrayList<>();

	private final Disposable.Swap probing = Disposables.swap();

	private final Timer ok;

	private final Timer timedOut;

	private final Timer failed;

	private final Timer refused;

	private final Timer cancelled;

	/** What was wrong with commands that a working Redis refused. */
	private final Set<String> refusalsTold = ConcurrentHashMap.newKeySet();

	private volatile String lastFault = "none";

	private volatile long openedNanos;

	private volatile long closedNanos = System.nanoTime() - RELAPSE.toNanos();

	private volatile Duration pause;

	/**
	 * A guard that is shut until {@link #start()}.
	 * @param settings its times
	 * @param probe asks Redis whether it works; must not block its subscriber
	 * @param redial drops the connection, so that a new one is made
	 * @param meters counts the calls
	 * @param tracing shows them in traces
	 */
	RedisGuard(RedisSettings settings, Mono<?> probe, Runnable redial, MeterRegistry meters, Tracing tracing) {
		Deadlines.prepare();
		this.settings = settings;
		this.pause = settings.probe();
		this.probe = probe;
		this.redial = redial;
		this.tracing = tracing;
		this.breaker = CircuitBreaker.of("redis-" + ROLE,
				CircuitBreakerConfig.custom()
					.slidingWindow(10, 5, SlidingWindowType.COUNT_BASED, SlidingWindowSynchronizationStrategy.LOCK_FREE)
					.failureRateThreshold(50)
					.waitDurationInOpenState(Duration.ofDays(365))
					.recordException(RedisFaults::isOutage)
					.writableStackTraceEnabled(false)
					.build());
		this.breaker.transitionToOpenState();
		this.breaker.getEventPublisher().onStateTransition((event) -> changed(event.getStateTransition().getToState()));
		this.ok = calls(meters, "ok");
		this.timedOut = calls(meters, "timeout");
		this.failed = calls(meters, "error");
		this.refused = calls(meters, "refused");
		this.cancelled = calls(meters, "cancelled");
		Gauge.builder(Metrics.REDIS_UP, this, (guard) -> guard.isUp() ? 1 : 0).tag("role", ROLE).register(meters);
	}

	private static Timer calls(MeterRegistry meters, String outcome) {
		return Timer.builder(Metrics.REDIS_CALLS).tag("role", ROLE).tag("outcome", outcome).register(meters);
	}

	/**
	 * Guards a call. Errors with {@link RedisUnavailableException} and nothing else;
	 * while Redis is out at once, without subscribing to {@code call}.
	 */
	public <T> Mono<T> run(Mono<T> call) {
		return run(this.settings.timeout(), call);
	}

	/**
	 * Guards a call that nothing can stand in for, so that whoever needs it is better off
	 * late than refused: it may take as long as patience lasts, and waits as long for the
	 * end of an outage that has just begun. In an older outage it fails at once. Errors
	 * as the other does.
	 */
	public <T> Mono<T> runPatiently(Mono<T> call) {
		return Mono.defer(() -> {
			long end = System.nanoTime() + this.settings.patience().toNanos();
			// a pause, and as long as any call may take
			long again = 2 * this.settings.timeout().toNanos();
			return Mono.defer(() -> run(Duration.ofNanos(end - System.nanoTime()), call))
				.retryWhen(Retry.fixedDelay(Long.MAX_VALUE, this.settings.timeout())
					.filter((fault) -> fault.getCause() instanceof CallNotPermittedException && isOutageNew()
							&& end - System.nanoTime() >= again));
		});
	}

	private <T> Mono<T> run(Duration limit, Mono<T> call) {
		return this.tracing.span("redis-" + ROLE, Mono.defer(() -> {
			long start = System.nanoTime();
			return Deadlines.within(limit, call)
				.transformDeferred(CircuitBreakerOperator.of(this.breaker))
				.onErrorMap((fault) -> {
					timer(fault).record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
					return new RedisUnavailableException(fault);
				})
				.doFinally((end) -> {
					if (end != SignalType.ON_ERROR) {
						((end == SignalType.CANCEL) ? this.cancelled : this.ok).record(System.nanoTime() - start,
								TimeUnit.NANOSECONDS);
					}
				});
		}));
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

	/**
	 * Makes the first connection, asking again until it works or the time is over. Blocks
	 * for no longer than configured.
	 */
	void start() {
		Duration patience = this.settings.startup().plusMillis(1);
		this.lastFault = "no answer within " + patience.toMillis() + " ms";
		boolean up = Boolean.TRUE.equals(answers().filter(Boolean::booleanValue)
			.repeatWhenEmpty((failures) -> failures.delayElements(this.settings.probe()))
			.timeout(patience, Mono.just(false))
			.block());
		if (up) {
			this.breaker.transitionToClosedState();
		}
		else {
			out();
		}
	}

	void close() {
		this.probing.dispose();
	}

	/**
	 * Whether the outage is younger than patience is long; also when it is about to be
	 * noted, which whoever is refused may see first.
	 */
	private boolean isOutageNew() {
		long opened = this.openedNanos;
		return opened - this.closedNanos < 0 || System.nanoTime() - opened < this.settings.patience().toNanos();
	}

	private Timer timer(Throwable fault) {
		if (fault instanceof CallNotPermittedException) {
			return this.refused;
		}
		String description = RedisFaults.describe(fault);
		if (RedisFaults.isOutage(fault)) {
			this.lastFault = description;
		}
		else if (this.refusalsTold.size() < MOST_REFUSALS_TOLD && this.refusalsTold.add(description)) {
			log.atError()
				.addKeyValue(LogFields.REDIS_ROLE, ROLE)
				.addKeyValue(LogFields.CAUSE, description)
				.log("redis-{} works but refuses a command ({}); told once", ROLE, description);
		}
		return (fault instanceof TimeoutException) ? this.timedOut : this.failed;
	}

	private void changed(State state) {
		switch (state) {
			case OPEN -> out();
			case CLOSED -> back();
			default -> {
			}
		}
	}

	private void out() {
		long now = System.nanoTime();
		boolean relapse = now - this.closedNanos < RELAPSE.toNanos();
		Duration doubled = this.pause.multipliedBy(2);
		this.pause = relapse ? ((doubled.compareTo(LONGEST_PAUSE) < 0) ? doubled : LONGEST_PAUSE)
				: this.settings.probe();
		this.openedNanos = now;
		log.atWarn()
			.addKeyValue(LogFields.REDIS_ROLE, ROLE)
			.addKeyValue(LogFields.CAUSE, this.lastFault)
			.log("redis-{} is out ({}); going on without it", ROLE, this.lastFault);
		this.probing.update(probing());
	}

	private void back() {
		long opened = this.openedNanos;
		if (opened == 0) {
			return;
		}
		this.closedNanos = System.nanoTime();
		long outage = TimeUnit.NANOSECONDS.toMillis(this.closedNanos - opened);
		log.atInfo()
			.addKeyValue(LogFields.REDIS_ROLE, ROLE)
			.addKeyValue(LogFields.OUTAGE_MS, outage)
			.log("redis-{} is back after {} ms", ROLE, outage);
		this.recoveries.forEach(Runnable::run);
	}

	/**
	 * Asks once. Whoever stops waiting leaves the question alone: cut short in the middle
	 * of connecting, its fault would be nobody's and be logged with a stack trace.
	 */
	private Mono<Boolean> answers() {
		return Mono.fromFuture(() -> this.probe.thenReturn(true).onErrorResume((fault) -> {
			this.lastFault = RedisFaults.describe(fault);
			return Mono.just(false);
		}).toFuture(), true);
	}

	/** Asks until there is an answer, and one in time. */
	private Disposable probing() {
		return Flux.interval(this.pause)
			.onBackpressureDrop()
			.concatMap((_) -> answers().timeout(PROBE_PATIENCE, Mono.just(false))
				.elapsed()
				.map((answer) -> answer.getT2() && answer.getT1() <= this.settings.timeout().toMillis()), 1)
			.index()
			.doOnNext((answer) -> {
				if (!answer.getT2() && answer.getT1() % PROBES_UNTIL_REDIAL == PROBES_UNTIL_REDIAL - 1) {
					this.redial.run();
				}
			})
			.takeUntil((answer) -> answer.getT2())
			.filter((answer) -> answer.getT2())
			.subscribe((_) -> this.breaker.transitionToClosedState());
	}

}
