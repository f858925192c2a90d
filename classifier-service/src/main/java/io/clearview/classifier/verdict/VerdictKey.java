package io.clearview.classifier.verdict;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Base64.Encoder;

/**
 * Names a verdict by what was judged: the first 128 bits of SHA-256 over canonical
 * preference, canonical content, prompt version and model name. Says nothing of who
 * asked.
 *
 * @param high bits 0 to 63 of the digest, big-endian
 * @param low bits 64 to 127
 */
public record VerdictKey(long high, long low) {

	private static final Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

	/** 22 characters of URL-safe base64. */
	@Override
	public String toString() {
		return BASE64.encodeToString(ByteBuffer.allocate(16).putLong(this.high).putLong(this.low).array());
	}

}
