package io.clearview.kit.redis;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.clearview.kit.deadline.Deadlines;
import io.clearview.kit.telemetry.Tracing;
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
 * Keeps one Redis role from slowing a request down: a call that takes longer than the
 * timeout has failed, and when half of the last ten calls failed, calls fail at once
 * until Redis accepts a write again. Requests never pay for finding that out: the guard
 * itself probes. Commands that a working Redis rejects (WRONGTYPE for one key) do not
 * count as failures, and are logged once for each error code. In an outage of 2 s the
 * connection is made anew. A guard starts open, because its first probe makes the first
 * connection.
 */
public final class RedisGuard {

	private static final Logger log = LoggerFactory.getLogger(RedisGuard.class);

	/**
	 * An outage of this length may be one of the connection; doubled after each redial.
	 */
	private static final Duration REDIAL_AFTER = Duration.ofSeconds(2);

	private static final Duration LONGEST_REDIAL_AFTER = Duration.ofSeconds(16);

	/** A Redis that is unavailable again so soon is probed half as often, and so on. */
	private static final Duration RELAPSE = Duration.ofSeconds(10);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

	private static final int MOST_REJECTIONS_LOGGED = 20;

	/** Longer than a command's, because it may have to connect. */
	private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(1);

	private final String role;

	private final RedisTimes times;

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

	/** Error codes of rejected commands, each logged once. */
	private final Set<String> rejectionsLogged = ConcurrentHashMap.newKeySet();

	private volatile String lastFault = "none";

	private volatile long openedNanos;

	private volatile long closedNanos = System.nanoTime() - RELAPSE.toNanos();

	private volatile Duration pause;

	/**
	 * A guard that lets nothing through until {@link #start()}.
	 * @param role of this Redis, for example {@code state}: in metrics, logs and traces
	 * @param times its timeouts
	 * @param probe writes to Redis, because a replica or a full Redis still answers a
	 * ping; must not block its subscriber
	 * @param redial drops the connection, so that a new one is made
	 * @param meters counts the calls
	 * @param tracing shows them in traces
	 */
	public RedisGuard(String role, RedisTimes times, Mono<?> probe, Runnable redial, MeterRegistry meters,
			Tracing tracing) {
		Deadlines.prepare();
		this.role = role;
		this.times = times;
		this.pause = times.probe();
		this.probe = probe;
		this.redial = redial;
		this.tracing = tracing;
		this.breaker = CircuitBreaker.of("redis-" + role,
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
		Gauge.builder(RedisMetrics.UP, this, (guard) -> guard.isUp() ? 1 : 0).tag("role", role).register(meters);
	}

	private Timer calls(MeterRegistry meters, String outcome) {
		return Timer.builder(RedisMetrics.CALLS).tag("role", this.role).tag("outcome", outcome).register(meters);
	}

	/**
	 * Guards a call. Errors with {@link RedisUnavailableException} and nothing else;
	 * while Redis is unavailable at once, without subscribing to {@code call}.
	 */
	public <T> Mono<T> run(Mono<T> call) {
		return run(this.times.timeout(), call);
	}

	/**
	 * Guards a call without a fallback: it has the long timeout, and waits as long for
	 * the end of an outage that has just begun. In an older outage it fails at once.
	 * Errors as the other does.
	 */
	public <T> Mono<T> runWithLongTimeout(Mono<T> call) {
		return Mono.defer(() -> {
			long end = System.nanoTime() + this.times.longTimeout().toNanos();
			// a pause, and as long as any call may take
			long again = 2 * this.times.timeout().toNanos();
			return Mono.defer(() -> run(Duration.ofNanos(end - System.nanoTime()), call))
				.retryWhen(Retry.fixedDelay(Long.MAX_VALUE, this.times.timeout())
					.filter((fault) -> fault instanceof RedisUnavailableException rejected && !rejected.wasSent()
							&& isOutageNew() && end - System.nanoTime() >= again));
		});
	}

	private <T> Mono<T> run(Duration limit, Mono<T> call) {
		return this.tracing.call("redis-" + this.role, Mono.defer(() -> {
			long start = System.nanoTime();
			return Deadlines.within(limit, call)
				.doOnError(this::failed)
				.transformDeferred(CircuitBreakerOperator.of(this.breaker))
				.onErrorMap((fault) -> {
					timer(fault).record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
					return new RedisUnavailableException(this.role, fault);
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
	 * Runs {@code recovery}, which must not block, each time an outage has ended.
	 */
	public void onRecovery(Runnable recovery) {
		this.recoveries.add(recovery);
	}

	/**
	 * Probes until that works or the time for it is over. Blocks for no longer than
	 * configured.
	 */
	public void start() {
		Duration limit = this.times.startup().plusMillis(1);
		this.lastFault = "no answer within " + limit.toMillis() + " ms";
		boolean up = Boolean.TRUE.equals(probeOnce().filter(Boolean::booleanValue)
			.repeatWhenEmpty((failures) -> failures.delayElements(this.times.probe()))
			.timeout(limit, Mono.just(false))
			.block());
		if (up) {
			this.breaker.transitionToClosedState();
		}
		else {
			out();
		}
	}

	/** Ends the probing. */
	public void close() {
		this.probing.dispose();
	}

	/**
	 * Whether the outage is younger than the long timeout; also when it is not noted yet,
	 * because a rejected call may get here first.
	 */
	private boolean isOutageNew() {
		long opened = this.openedNanos;
		return opened - this.closedNanos < 0 || System.nanoTime() - opened < this.times.longTimeout().toNanos();
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
				.addKeyValue(RedisMetrics.LOG_ROLE, this.role)
				.addKeyValue(RedisMetrics.LOG_CAUSE, description)
				.log("redis-{} rejected a command ({}); further rejections are not logged", this.role, description);
		}
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
		this.pause = relapse ? ((doubled.compareTo(LONGEST_PAUSE) < 0) ? doubled : LONGEST_PAUSE) : this.times.probe();
		this.openedNanos = now;
		log.atWarn()
			.addKeyValue(RedisMetrics.LOG_ROLE, this.role)
			.addKeyValue(RedisMetrics.LOG_CAUSE, this.lastFault)
			.log("redis-{} is unavailable ({}); continuing without it", this.role, this.lastFault);
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
			.addKeyValue(RedisMetrics.LOG_ROLE, this.role)
			.addKeyValue(RedisMetrics.LOG_OUTAGE_MS, outage)
			.log("redis-{} is available again after {} ms", this.role, outage);
		this.recoveries.forEach(Runnable::run);
	}

	/**
	 * Probes once. The probe is not cancelled with its subscriber: cancelled while it
	 * connects, its error would be dropped and logged with a stack trace.
	 */
	private Mono<Boolean> probeOnce() {
		return Mono.fromFuture(() -> this.probe.thenReturn(true).onErrorResume((fault) -> {
			this.lastFault = RedisFaults.describe(fault);
			return Mono.just(false);
		}).toFuture(), true);
	}

	/**
	 * Probes until Redis responds within the timeout. Meanwhile it drops the connection
	 * from time to time: the host may be gone without closing it, or the connection may
	 * lead to what has become a replica, while a new one leads elsewhere.
	 */
	private Disposable probing() {
		Redialling redialling = new Redialling(System.nanoTime());
		return Flux.interval(this.pause)
			.onBackpressureDrop()
			.concatMap((_) -> probeOnce().timeout(PROBE_TIMEOUT, Mono.just(false))
				.elapsed()
				.map((answer) -> answer.getT2() && answer.getT1() <= this.times.timeout().toMillis()), 1)
			.doOnNext((works) -> {
				if (!works && redialling.isDue(System.nanoTime())) {
					this.redial.run();
				}
			})
			.takeUntil((works) -> works)
			.filter((works) -> works)
			.subscribe((_) -> this.breaker.transitionToClosedState());
	}

	/** When to redial in one outage. Its calls are ordered. */
	private static final class Redialling {

		private long after = REDIAL_AFTER.toNanos();

		private long last;

		Redialling(long now) {
			this.last = now;
		}

		boolean isDue(long now) {
			if (now - this.last < this.after) {
				return false;
			}
			this.last = now;
			this.after = Math.min(2 * this.after, LONGEST_REDIAL_AFTER.toNanos());
			return true;
		}

	}

}
