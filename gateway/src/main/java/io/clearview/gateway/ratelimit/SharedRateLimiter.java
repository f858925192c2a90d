package io.clearview.gateway.ratelimit;

import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Limits over the fleet: counted in Redis, and while Redis is unavailable by each
 * instance for itself, at 80 %. It never errors and never lets a request pass uncounted.
 */
final class SharedRateLimiter {

	private final Map<String, Limit> limits;

	private final Map<String, LocalBuckets> local;

	/**
	 * What Redis refused lately, until it may allow again: a flood asks Redis no more.
	 */
	private final Map<String, Cache<String, Decision>> refused;

	private final RedisBuckets redis;

	private final DecisionMetrics metrics;

	SharedRateLimiter(Map<String, Limit> limits, RedisBuckets redis, int mostKeys, Ticker ticker,
			DecisionMetrics metrics) {
		this.limits = limits;
		this.redis = redis;
		this.metrics = metrics;
		this.local = limits.values()
			.stream()
			.collect(Collectors.toUnmodifiableMap(Limit::name,
					(limit) -> new LocalBuckets(limit.local(), mostKeys, ticker)));
		this.refused = limits.values()
			.stream()
			.collect(Collectors.toUnmodifiableMap(Limit::name,
					(_) -> Caffeine.newBuilder()
						.executor(Runnable::run)
						.maximumSize(mostKeys)
						.ticker(ticker)
						.expireAfter(Expiry.<String, Decision>writing((_, decision) -> decision.pause()))
						.build()));
	}

	/**
	 * Counts one request.
	 * @param name the limit's
	 * @param key what is counted by
	 * @throws IllegalArgumentException when there is no such limit
	 */
	Mono<Decision> take(String name, String key) {
		Limit limit = limit(name);
		Cache<String, Decision> refusals = Objects.requireNonNull(this.refused.get(name));
		Decision refusal = refusals.getIfPresent(key);
		if (refusal != null) {
			this.metrics.count(refusal);
			return Mono.just(refusal);
		}
		return this.redis.take(limit, key).doOnNext((decision) -> {
			if (!decision.allowed()) {
				refusals.put(key, decision);
			}
		}).switchIfEmpty(Mono.fromSupplier(() -> takeLocally(name, key))).doOnNext(this.metrics::count);
	}

	/** Asks Redis on behalf of nobody; not counted among the decisions. */
	Flux<?> exercise() {
		return Flux.fromIterable(this.limits.values()).concatMap((limit) -> this.redis.take(limit, "warm-up"));
	}

	/**
	 * The limit of that name.
	 * @throws IllegalArgumentException when there is none
	 */
	Limit limit(String name) {
		Limit limit = this.limits.get(name);
		if (limit == null) {
			throw new IllegalArgumentException(
					"There is no limit '" + name + "' in clearview.limits.shared, only " + this.limits.keySet());
		}
		return limit;
	}

	private Decision takeLocally(String name, String key) {
		LocalBuckets buckets = this.local.get(name);
		if (buckets == null) {
			throw new IllegalStateException("No local buckets for " + name);
		}
		return buckets.take(key);
	}

}
