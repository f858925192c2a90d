package io.clearview.classifier.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

import io.clearview.classifier.verdict.Question;
import org.jspecify.annotations.Nullable;

/**
 * What makes a request the repetition of another: the client's key and what is asked.
 * With the key alone, one key would pay for everything asked under it.
 */
final class IdempotencyKeys {

	private static final int LENGTH = 16;

	private IdempotencyKeys() {
	}

	/** The key that quota is charged under. Null when the client sent none. */
	static @Nullable String of(@Nullable String sent, List<Question> asked) {
		if (sent == null) {
			return null;
		}
		byte[] key = sent.getBytes(StandardCharsets.UTF_8);
		ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + key.length + asked.size() * 2 * Long.BYTES);
		bytes.putInt(key.length).put(key);
		for (Question one : asked) {
			bytes.putLong(one.key().high()).putLong(one.key().low());
		}
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
			return HexFormat.of().formatHex(digest, 0, LENGTH);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every JVM has SHA-256", ex);
		}
	}

}
