package io.clearview.gateway.admin;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.regex.Pattern;

import io.clearview.kit.keyring.Hmac;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * What an operator's request claims and signs. The signature is the HMAC-SHA256, in hex,
 * of six lines joined by a line feed:
 *
 * <pre>
 * key ID
 * method
 * path with query, as sent
 * timestamp, seconds since 1970
 * nonce
 * SHA-256 of the body, in hex
 * </pre>
 *
 * @param keyId {@code X-Key-Id}
 * @param timestamp {@code X-Timestamp}
 * @param nonce {@code X-Nonce}
 * @param signature {@code X-Signature}
 */
@SuppressWarnings("ArrayRecordComponent")
record SignedRequest(String keyId, Instant timestamp, String nonce, byte[] signature) {

	static final String KEY_ID = "X-Key-Id";

	static final String TIMESTAMP = "X-Timestamp";

	static final String NONCE = "X-Nonce";

	static final String SIGNATURE = "X-Signature";

	private static final Pattern KEY_ID_FORM = Pattern.compile("[A-Za-z0-9_-]{1,64}");

	private static final Pattern TIMESTAMP_FORM = Pattern.compile("[0-9]{1,11}");

	private static final Pattern NONCE_FORM = Pattern.compile("[A-Za-z0-9_-]{16,64}");

	private static final Pattern SIGNATURE_FORM = Pattern.compile("[0-9a-f]{64}");

	/** Whether any of the four headers is there. */
	static boolean isPresent(HttpHeaders headers) {
		return headers.containsHeader(KEY_ID) || headers.containsHeader(SIGNATURE);
	}

	/** Reads the four headers; null unless each is there once and well-formed. */
	static @Nullable SignedRequest of(HttpHeaders headers) {
		String keyId = single(headers, KEY_ID, KEY_ID_FORM);
		String timestamp = single(headers, TIMESTAMP, TIMESTAMP_FORM);
		String nonce = single(headers, NONCE, NONCE_FORM);
		String signature = single(headers, SIGNATURE, SIGNATURE_FORM);
		if (keyId == null || timestamp == null || nonce == null || signature == null) {
			return null;
		}
		return new SignedRequest(keyId, Instant.ofEpochSecond(Long.parseLong(timestamp)), nonce,
				HexFormat.of().parseHex(signature));
	}

	/** Compares in constant time with what the secret makes of the request. */
	boolean isSignedWith(byte[] secret, String method, String pathAndQuery, byte[] body) {
		try {
			String text = String.join("\n", this.keyId, method, pathAndQuery,
					Long.toString(this.timestamp.getEpochSecond()), this.nonce,
					HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body)));
			return MessageDigest.isEqual(Hmac.sha256(secret, text), this.signature);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java runtime has SHA-256", ex);
		}
	}

	private static @Nullable String single(HttpHeaders headers, String name, Pattern form) {
		var values = headers.getOrEmpty(name);
		return (values.size() == 1 && form.matcher(values.getFirst()).matches()) ? values.getFirst() : null;
	}

}
