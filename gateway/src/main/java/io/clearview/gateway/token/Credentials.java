package io.clearview.gateway.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

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
	 * A well-formed token, of which only a hash is kept from here on.
	 *
	 * @param sha SHA-256 of the token, 64 hex digits: its name in Redis
	 */
	record Token(String sha) implements Credentials {

		private static final String USER_DOMAIN = "clearview-user:";

		static Token of(String hex) {
			return new Token(sha256(hex));
		}

		/**
		 * The ID of the account that this token would open: derived, so that opening it
		 * twice opens one account, and one-way, so that it tells nothing.
		 */
		String user() {
			return sha256(USER_DOMAIN + this.sha);
		}

	}

	int TOKEN_DIGITS = 64;

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
		return Token.of(rest.toLowerCase(Locale.ROOT));
	}

	private static boolean startsWithScheme(String text) {
		return text.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
	}

	private static String sha256(String text) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.US_ASCII)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java runtime has SHA-256", ex);
		}
	}

}
