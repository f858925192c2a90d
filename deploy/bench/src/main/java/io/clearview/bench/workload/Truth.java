package io.clearview.bench.workload;

/**
 * The right label of every post under every preference: about one in four is hidden.
 *
 * <p>
 * Computed from the words alone (runs of ASCII letters and digits between white space,
 * case folded), so that it survives whatever a caller may do to white space, case and
 * links; and from both texts, so that a post judged under somebody else's preference is
 * found out. FNV-1a, 64 bits.
 */
public final class Truth {

	private static final long OFFSET = 0xcbf29ce484222325L;

	private static final long PRIME = 0x100000001b3L;

	private Truth() {
	}

	/** Whether {@code content} is hidden from a user who wrote {@code preference}. */
	public static boolean blocks(String preference, String content) {
		return (mix(words(words(OFFSET, preference) * PRIME, content)) & 3) == 0;
	}

	private static long words(long hash, String text) {
		int start = 0;
		while (start < text.length()) {
			int end = start;
			boolean word = true;
			while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
				word &= isLetterOrDigit(text.charAt(end));
				end++;
			}
			if (word && end > start) {
				for (int i = start; i < end; i++) {
					hash = (hash ^ lower(text.charAt(i))) * PRIME;
				}
				hash = (hash ^ ' ') * PRIME;
			}
			start = end + 1;
		}
		return hash;
	}

	private static boolean isLetterOrDigit(char c) {
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
	}

	private static int lower(char c) {
		return (c >= 'A' && c <= 'Z') ? c + ('a' - 'A') : c;
	}

	/** Spreads the low bits, which FNV leaves weak (finaliser of MurmurHash3). */
	private static long mix(long hash) {
		hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
		hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
		return hash ^ (hash >>> 33);
	}

}
