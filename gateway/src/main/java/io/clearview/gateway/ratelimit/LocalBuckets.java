package io.clearview.gateway.ratelimit;

import java.time.Duration;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Ticker;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;

/**
 * One limit kept in this process's memory. Bounded: when there are too many keys, those
 * seen least go, so that a crowd of new addresses does not free the busy ones of their
 * count. A bucket that nobody touched for a minute is full again and need not be kept.
 */
final class LocalBuckets {

	private static final Duration FULL_AGAIN = Duration.ofMinutes(1);

	private final Limit limit;

	private final LoadingCache<String, Bucket> buckets;

	LocalBuckets(Limit limit, int mostKeys, Ticker ticker) {
		this.limit = limit;
		TimeMeter meter = new TickerMeter(ticker);
		this.buckets = Caffeine.newBuilder()
			.executor(Runnable::run)
			.maximumSize(mostKeys)
			.expireAfterAccess(FULL_AGAIN)
			.ticker(ticker)
			.build((_) -> Bucket.builder()
				.addLimit((bandwidth) -> bandwidth.capacity(limit.perMinute())
					.refillGreedy(limit.perMinute(), Duration.ofMinutes(1)))
				.withCustomTimePrecision(meter)
				.build());
	}

	Decision take(String key) {
		ConsumptionProbe probe = this.buckets.get(key).tryConsumeAndReturnRemaining(1);
		long nanos = probe.isConsumed() ? probe.getNanosToWaitForReset() : probe.getNanosToWaitForRefill();
		Duration wait = Duration.ofSeconds(Math.max(1, Math.ceilDiv(nanos, 1_000_000_000L)));
		return new Decision(this.limit, probe.isConsumed(), Decision.Source.LOCAL, probe.getRemainingTokens(), wait);
	}

	/** How many keys are counted at the moment. */
	long size() {
		this.buckets.cleanUp();
		return this.buckets.estimatedSize();
	}

	/** Bucket4j's clock, as Caffeine's. */
	private record TickerMeter(Ticker ticker) implements TimeMeter {

		@Override
		public long currentTimeNanos() {
			return this.ticker.read();
		}

		@Override
		public boolean isWallClockBased() {
			return false;
		}

	}

}
