package io.clearview.gateway.correlation;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

/** Which names are taken over from a client, and what the others are called. */
final class CorrelationIds {

	private static final int SHORTEST = 8;

	private static final int LONGEST = 64;

	private CorrelationIds() {
	}

	/**
	 * The name offered if it is harmless in a log line and a header, else a new one. A
	 * name is no secret, so it need not be hard to guess.
	 */
	static String takeOrMint(@Nullable String offered) {
		return (offered != null && isAcceptable(offered)) ? offered
				: HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
	}

	private static boolean isAcceptable(String name) {
		if (name.length() < SHORTEST || name.length() > LONGEST) {
			return false;
		}
		for (int i = 0; i < name.length(); i++) {
			char c = name.charAt(i);
			boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
					|| c == '-';
			if (!plain) {
				return false;
			}
		}
		return true;
	}

}
