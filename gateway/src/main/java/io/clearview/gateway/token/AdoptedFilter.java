package io.clearview.gateway.token;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A Bloom filter of the accounts of adopted tokens: says "no" for certain, and "yes"
 * wrongly with probability {@code (1 - e^(-kn/m))^k} (Bloom, "Space/Time Trade-offs in
 * Hash Coding with Allowable Errors", 1970). With m = 2^22 bits (512 KB) and k = 8 that
 * is 8e-7 for n = 100,000 and 1e-3 for n = 290,000. Positions are {@code h1 + i * h2}
 * (Kirsch and Mitzenmacher, "Less Hashing, Same Performance", 2006), where h1 and h2 are
 * the first two 64-bit words of the account's ID, which is a SHA-256.
 * <p>
 * The bits lie as in a Redis string, so that {@code SETBIT} and {@code GET} work on them.
 * Safe for use by several threads.
 */
final class AdoptedFilter {

	static final int BITS = 1 << 22;

	private static final int HASHES = 8;

	private static final int WORD_DIGITS = 16;

	private final AtomicLongArray words = new AtomicLongArray(BITS / Long.SIZE);

	private volatile boolean loaded;

	/** The positions of an account's bits. */
	static List<Integer> positions(String user) {
		List<Integer> positions = new ArrayList<>(HASHES);
		for (int i = 0; i < HASHES; i++) {
			positions.add(position(user, i));
		}
		return positions;
	}

	private static int position(String user, int i) {
		long h1 = Long.parseUnsignedLong(user, 0, WORD_DIGITS, 16);
		long h2 = Long.parseUnsignedLong(user, WORD_DIGITS, 2 * WORD_DIGITS, 16) | 1;
		return (int) ((h1 + i * h2) & (BITS - 1));
	}

	/** Whether the account may be one of an adopted token. */
	boolean mayContain(String user) {
		for (int i = 0; i < HASHES; i++) {
			int position = position(user, i);
			if ((this.words.get(position / Long.SIZE) & mask(position)) == 0) {
				return false;
			}
		}
		return true;
	}

	/** Adds an account. */
	void add(String user) {
		for (int i = 0; i < HASHES; i++) {
			int position = position(user, i);
			this.words.accumulateAndGet(position / Long.SIZE, mask(position), (old, bit) -> old | bit);
		}
	}

	/** Adds what Redis holds; shorter when its last bytes are zero. */
	void load(ByteBuffer bytes) {
		ByteBuffer padded = ByteBuffer.allocate(BITS / Byte.SIZE);
		ByteBuffer source = bytes.duplicate();
		source.limit(Math.min(source.limit(), source.position() + padded.capacity()));
		padded.put(source).rewind();
		for (int i = 0; i < this.words.length(); i++) {
			long word = padded.getLong();
			if (word != 0) {
				this.words.accumulateAndGet(i, word, (old, bits) -> old | bits);
			}
		}
		this.loaded = true;
	}

	/** Whether it was read from Redis since this process started. */
	boolean isLoaded() {
		return this.loaded;
	}

	private static long mask(int position) {
		return 1L << (Long.SIZE - 1 - position % Long.SIZE);
	}

}
