package io.clearview.kit.durable;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.github.bucket4j.Bucket;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * A durable store whose calls end within a timeout, and that is not called for a while
 * after five of ten calls failed. Each change between available and unavailable is one
 * line in the log. What requests read is limited for each collection, because each
 * document that is read is paid for.
 */
public final class GuardedStore implements DurableStore {

	private static final Logger log = LoggerFactory.getLogger(GuardedStore.class);

	private static final int WINDOW = 10;

	private static final int FEWEST_CALLS = 5;

	private static final int LONGEST_MESSAGE = 200;

	private static final Duration CONNECT = Duration.ofSeconds(30);

	private final DurableStore store;

	private final Duration timeout;

	private final Duration backgroundTimeout;

	private final DurableMetrics metrics;

	private final CircuitBreaker breaker;

	private final int readsPerSecond;

	/** What requests may still read of each collection; the code names a few. */
	private final ConcurrentMap<String, Bucket> reads = new ConcurrentHashMap<>();

	private volatile String lastFault = "none";

	/**
	 * Guards a store.
	 * @param store what is called
	 * @param settings its times
	 * @param metrics where calls are recorded
	 */
	public GuardedStore(DurableStore store, DurableSettings settings, DurableMetrics metrics) {
		this.store = store;
		this.timeout = settings.timeout();
		this.backgroundTimeout = settings.backgroundTimeout();
		this.readsPerSecond = settings.readsPerSecond();
		this.metrics = metrics;
		this.breaker = CircuitBreaker.of("durable",
				CircuitBreakerConfig.custom()
					.slidingWindowSize(WINDOW)
					.minimumNumberOfCalls(FEWEST_CALLS)
					.failureRateThreshold(50)
					.waitDurationInOpenState(settings.retryAfter())
					.permittedNumberOfCallsInHalfOpenState(1)
					.writableStackTraceEnabled(false)
					.build());
		this.breaker.getEventPublisher().onStateTransition((event) -> logChange(event.getStateTransition()));
		metrics.watch(() -> this.breaker.getState() == State.CLOSED);
	}

	/**
	 * Connects, so that the first request that needs the store does not wait for it.
	 * Whether that succeeds does not matter: the next call tries again.
	 */
	void connect() {
		this.store.read("none", List.of("none")).timeout(CONNECT).onErrorComplete().subscribe();
	}

	/**
	 * Whether calls are made.
	 * @return false while the store is held to be unavailable
	 */
	public boolean isAvailable() {
		return this.breaker.getState() != State.OPEN;
	}

	/**
	 * Reads documents for a request. Errors with {@link DurableUnavailableException} and
	 * nothing else, also when this instance has read as many of the collection as it may
	 * in a second.
	 */
	@Override
	public Mono<Map<String, DurableDocument>> read(String collection, Collection<String> ids) {
		return Mono.defer(() -> {
			if (ids.isEmpty()) {
				return Mono.just(Map.of());
			}
			if (!this.reads.computeIfAbsent(collection, (_) -> bucket()).tryConsume(ids.size())) {
				this.metrics.limited();
				return Mono.error(new DurableUnavailableException(
						"More than " + this.readsPerSecond + " documents of " + collection + " in a second", null));
			}
			return read(collection, ids, this.timeout);
		});
	}

	/**
	 * The same with the time-out of what no request waits for, and as often as it is
	 * wanted.
	 */
	public Mono<Map<String, DurableDocument>> readInBackground(String collection, Collection<String> ids) {
		return read(collection, ids, this.backgroundTimeout);
	}

	private Mono<Map<String, DurableDocument>> read(String collection, Collection<String> ids, Duration limit) {
		return guard("read", limit, this.store.read(collection, ids)).onErrorMap(
				(fault) -> new DurableUnavailableException("The durable store cannot be read: " + collection, fault));
	}

	private Bucket bucket() {
		return Bucket.builder()
			.addLimit((limit) -> limit.capacity(this.readsPerSecond)
				.refillGreedy(this.readsPerSecond, Duration.ofSeconds(1)))
			.build();
	}

	@Override
	public Mono<Void> merge(List<DurableChange> changes) {
		return guard("merge", this.backgroundTimeout, this.store.merge(changes));
	}

	@Override
	public Mono<Integer> fill(List<DurableChange> changes) {
		return guard("fill", this.backgroundTimeout, this.store.fill(changes));
	}

	@Override
	public Mono<List<DurableDocument>> list(String collection, @Nullable String after, int limit) {
		return guard("list", this.backgroundTimeout, this.store.list(collection, after, limit));
	}

	@Override
	public void close() {
		this.store.close();
	}

	private <T> Mono<T> guard(String operation, Duration limit, Mono<T> call) {
		return Mono.defer(() -> {
			Timer.Sample sample = this.metrics.begin();
			return call.timeout(limit)
				.doOnError((failure) -> this.lastFault = describe(failure))
				.transformDeferred(CircuitBreakerOperator.of(this.breaker))
				.doOnSuccess((value) -> this.metrics.end(sample, operation, "ok"))
				.doOnError((failure) -> this.metrics.end(sample, operation,
						(failure instanceof CallNotPermittedException) ? "not_permitted" : "error"))
				.doOnCancel(() -> this.metrics.end(sample, operation, "cancelled"));
		});
	}

	/** One line, cut: the client's messages name the status and what is missing. */
	private static String describe(Throwable failure) {
		String message = String.valueOf(failure.getMessage()).replaceAll("\\p{Cntrl}+", " ");
		return failure.getClass().getSimpleName() + ": "
				+ message.substring(0, Math.min(LONGEST_MESSAGE, message.length()));
	}

	/** A probe that fails is no change. */
	private void logChange(StateTransition change) {
		if (change == StateTransition.CLOSED_TO_OPEN) {
			log.warn("The durable store is unavailable; last failure: {}", this.lastFault);
		}
		else if (change.getToState() == State.CLOSED) {
			log.info("The durable store is available again");
		}
	}

}
