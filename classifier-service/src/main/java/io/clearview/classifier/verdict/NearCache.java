package io.clearview.classifier.verdict;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

/**
 * Verdicts in this process, fresh ones and older ones. Bounded by memory, not by age: how
 * old is too old is for those who read.
 */
final class NearCache {

	/** What an entry takes, with its key and all that the cache keeps about it. */
	private static final int BYTES = 176;

	private final Cache<VerdictKey, Entry> entries;

	NearCache(long bytes, VerdictMetrics meters) {
		this.entries = Caffeine.newBuilder()
			.executor(Runnable::run)
			.maximumWeight(bytes)
			.weigher((VerdictKey _, Entry _) -> BYTES)
			.evictionListener((_, _, _) -> meters.evicted())
			.build();
		meters.near(this.entries::estimatedSize);
	}

	@Nullable Entry get(VerdictKey key) {
		return this.entries.getIfPresent(key);
	}

	/** Keeps a verdict unless a newer one is known. */
	void learn(VerdictKey key, Entry entry) {
		this.entries.asMap()
			.merge(key, entry, (old, recent) -> (old.judgedMillis() > recent.judgedMillis()) ? old : recent);
	}

}
