package io.clearview.classifier.model.guard;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.function.LongSupplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/**
 * Remembers for ten minutes which posts and preferences were declined, so that asking for
 * them again costs no call. Holds hashes, never texts.
 */
final class DeclinedMemory {

	private static final Duration MEMORY = Duration.ofMinutes(10);

	private static final int MOST = 50_000;

	private final Cache<Hash, Boolean> posts;

	/** Those with which everything is declined. */
	private final Cache<Hash, Boolean> preferences;

	DeclinedMemory(LongSupplier nanos) {
		this.posts = cache(nanos);
		this.preferences = cache(nanos);
	}

	private static <V> Cache<Hash, V> cache(LongSupplier nanos) {
		return Caffeine.newBuilder()
			.executor(Runnable::run)
			.ticker(nanos::getAsLong)
			.maximumSize(MOST)
			.expireAfterWrite(MEMORY)
			.<Hash, V>build();
	}

	/** Whether a post was declined lately. */
	boolean isDeclined(String preference, String post) {
		return this.posts.getIfPresent(Hash.of(preference, post)) != null;
	}

	void declined(String preference, String post) {
		this.posts.put(Hash.of(preference, post), true);
	}

	/** Whether everything is declined that is asked with {@code preference}. */
	boolean isDeclined(String preference) {
		return this.preferences.getIfPresent(Hash.of(preference, "")) != null;
	}

	/** Even a harmless post was declined with {@code preference}. */
	void declined(String preference) {
		this.preferences.put(Hash.of(preference, ""), true);
	}

	/** The first 128 bits of a SHA-256. */
	private record Hash(long high, long low) {

		static Hash of(String preference, String post) {
			try {
				MessageDigest digest = MessageDigest.getInstance("SHA-256");
				digest.update(preference.getBytes(StandardCharsets.UTF_8));
				digest.update((byte) 0);
				ByteBuffer hash = ByteBuffer.wrap(digest.digest(post.getBytes(StandardCharsets.UTF_8)));
				return new Hash(hash.getLong(), hash.getLong());
			}
			catch (NoSuchAlgorithmException ex) {
				throw new IllegalStateException("Every Java platform has SHA-256", ex);
			}
		}

	}

}
