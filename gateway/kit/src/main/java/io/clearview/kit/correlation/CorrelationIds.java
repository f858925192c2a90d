package io.clearview.kit.correlation;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

/** Accepts or makes correlation IDs: {@code [A-Za-z0-9_-]{8,64}}. */
public final class CorrelationIds {

	private static final int SHORTEST = 8;

	private static final int LONGEST = 64;

	private CorrelationIds() {
	}

	/**
	 * The ID offered if it is valid, else a new one of 16 hex digits. An ID is no secret,
	 * so it need not be hard to guess.
	 */
	public static String takeOrMint(@Nullable String offered) {
		return (offered != null && isValid(offered)) ? offered
				: HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
	}

	/** Whether the ID is harmless in a log line and a header. */
	public static boolean isValid(String name) {
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
