package io.clearview.classifier.verdict;

import java.util.Collections;
import java.util.List;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Verdicts that all instances share, and who of them buys one that is missing. Nothing
 * here errors: a cache that is out has nothing and lets everyone buy.
 */
public interface SharedCache extends AutoCloseable {

	/**
	 * Looks verdicts up in one round trip: a list parallel to {@code keys}, or nothing at
	 * all if the cache is out.
	 */
	Mono<List<@Nullable Entry>> get(List<VerdictKey> keys);

	/**
	 * Asks to be the one who buys verdicts: a claim for each, parallel to {@code keys}.
	 */
	Mono<List<Claim>> claim(List<VerdictKey> keys);

	/** Keeps a verdict, and ends a claim to it if there is one. */
	void learn(VerdictKey key, Entry entry);

	/** Ends a claim that led to nothing. */
	void release(VerdictKey key);

	@Override
	default void close() {
	}

	/** The answer to a claim. */
	sealed interface Claim {

		/** There is a fresh verdict. */
		record Known(Entry entry) implements Claim {
		}

		/** To be bought by whoever claimed, who ends the claim. */
		record Mine() implements Claim {
		}

		/** Another instance is buying it. */
		record Taken() implements Claim {
		}

		/** The cache is out of reach. */
		record Unknown() implements Claim {
		}

	}

	/** For an instance that shares nothing. */
	SharedCache NONE = new SharedCache() {
		@Override
		public Mono<List<@Nullable Entry>> get(List<VerdictKey> keys) {
			return Mono.just(Collections.nCopies(keys.size(), null));
		}

		@Override
		public Mono<List<Claim>> claim(List<VerdictKey> keys) {
			return Mono.just(Collections.nCopies(keys.size(), new Claim.Unknown()));
		}

		@Override
		public void learn(VerdictKey key, Entry entry) {
		}

		@Override
		public void release(VerdictKey key) {
		}
	};

}
