package io.clearview.classifier.verdict;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Makes keys of verdicts: SHA-256 over prompt version, model name, preference and
 * content, each preceded by its length, so that no two different questions are the same
 * bytes.
 */
final class VerdictKeys {

	private final MessageDigest model;

	VerdictKeys(String promptVersion, String modelName) {
		try {
			this.model = MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every JDK has SHA-256", ex);
		}
		add(this.model, promptVersion);
		add(this.model, modelName);
	}

	/** Keys of posts under one canonical preference. Not for several threads at once. */
	Keys under(String preference) {
		MessageDigest digest = copy(this.model);
		add(digest, preference);
		return (content) -> {
			MessageDigest post = copy(digest);
			add(post, content);
			ByteBuffer bytes = ByteBuffer.wrap(post.digest());
			return new VerdictKey(bytes.getLong(), bytes.getLong());
		};
	}

	/** Keys of posts by canonical content. */
	@FunctionalInterface
	interface Keys {

		VerdictKey of(String content);

	}

	private static MessageDigest copy(MessageDigest digest) {
		try {
			return (MessageDigest) digest.clone();
		}
		catch (CloneNotSupportedException ex) {
			throw new IllegalStateException("The JDK's digests can be copied", ex);
		}
	}

	private static void add(MessageDigest digest, String part) {
		byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
		digest.update((byte) (bytes.length >>> 24));
		digest.update((byte) (bytes.length >>> 16));
		digest.update((byte) (bytes.length >>> 8));
		digest.update((byte) bytes.length);
		digest.update(bytes);
	}

}
