package io.clearview.gateway.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

/** What a request shows to say who it is. */
sealed interface Credentials {

	/** Nothing. */
	record Missing() implements Credentials {
	}

	/** Something that is no token. */
	record Malformed() implements Credentials {
	}

	/**
	 * A well-formed token.
	 *
	 * @param bytes 32 bytes; secret
	 * @param user the ID of its account, 64 hex digits: derived, so that opening it twice
	 * opens one account, and one-way, so that it tells nothing of the token
	 */
	@SuppressWarnings("ArrayRecordComponent")
	record Token(byte[] bytes, String user) implements Credentials {

		private static final byte[] USER_DOMAIN = "clearview-user:".getBytes(StandardCharsets.US_ASCII);

		static Token of(byte[] bytes) {
			try {
				MessageDigest digest = MessageDigest.getInstance("SHA-256");
				digest.update(USER_DOMAIN);
				return new Token(bytes, HexFormat.of().formatHex(digest.digest(bytes)));
			}
			catch (NoSuchAlgorithmException ex) {
				throw new IllegalStateException("Every JDK has SHA-256", ex);
			}
		}

		@Override
		public String toString() {
			return "Token[" + this.user + "]";
		}

	}

	int TOKEN_DIGITS = 2 * TokenCodec.BYTES;

	String SCHEME = "Bearer ";

	/**
	 * Reads {@code Bearer <64 hex>}. The token that {@code /auth} answers with has the
	 * scheme in it already, so a client that puts the scheme before it is understood too.
	 */
	static Credentials parse(@Nullable String authorization) {
		if (authorization == null || authorization.isBlank()) {
			return new Missing();
		}
		String rest = authorization.strip();
		if (!startsWithScheme(rest)) {
			return new Malformed();
		}
		rest = rest.substring(SCHEME.length());
		if (startsWithScheme(rest)) {
			rest = rest.substring(SCHEME.length());
		}
		if (rest.length() != TOKEN_DIGITS || !rest.chars().allMatch(HexFormat::isHexDigit)) {
			return new Malformed();
		}
		return Token.of(HexFormat.of().parseHex(rest));
	}

	private static boolean startsWithScheme(String text) {
		return text.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
	}

}
