package io.clearview.classifier.verdict;

import java.util.Locale;

/**
 * Reduces URLs to their hosts. A URL is what begins with {@code http://},
 * {@code https://} or, as a word, {@code www.}, and goes on as long as RFC 3986 has
 * characters for it; punctuation at its end belongs to the sentence around it. Addresses
 * without any of the three are left alone: "node.js/express" is no URL.
 */
final class Urls {

	private static final String SIGNS = "-._~:/?#[]@!$&'()*+,;=%";

	private static final String CLOSING = ".,;:!?'()[]";

	private Urls() {
	}

	/**
	 * Replaces each URL by its host, in linear time. A text without a word beside its
	 * URLs is returned as it is: the hosts alone would make all such texts one.
	 */
	static String toHosts(String text) {
		boolean words = false;
		StringBuilder reduced = null;
		int copied = 0;
		for (int i = 0; i < text.length(); i++) {
			int authority = authority(text, i);
			if (authority < 0) {
				continue;
			}
			int authorityEnd = authorityEnd(text, authority);
			int host = host(text, authority, authorityEnd);
			int hostEnd = hostEnd(text, host, authorityEnd);
			if (host == hostEnd) {
				// no URL that begins between here and the last @ has a host either
				i = Math.max(i, host - 1);
				continue;
			}
			int end = end(text, authority, authorityEnd);
			if (end <= host) {
				i = host - 1;
				continue;
			}
			words |= hasWords(text, copied, i);
			reduced = (reduced != null) ? reduced : new StringBuilder(text.length());
			reduced.append(text, copied, i)
				.append(text.substring(host, Math.min(hostEnd, end)).toLowerCase(Locale.ROOT));
			copied = end;
			i = end - 1;
		}
		words |= hasWords(text, copied, text.length());
		return (reduced != null && words) ? reduced.append(text, copied, text.length()).toString() : text;
	}

	/**
	 * Removes what a cut left of the last link in a text of nothing but links, if its
	 * host is gone: the rest of its scheme would be taken for a word. Other texts are
	 * returned as they are.
	 */
	static String withoutPartialLink(String text) {
		if (toHosts(text).equals(text)) {
			return text;
		}
		int end = text.length();
		while (end > 0 && (Character.isLetter(text.charAt(end - 1)) || ":/.".indexOf(text.charAt(end - 1)) >= 0)) {
			end--;
		}
		return text.substring(0, end).stripTrailing();
	}

	/** Whether there is more than white space and ASCII punctuation. */
	private static boolean hasWords(String text, int from, int to) {
		for (int i = from; i < to; i++) {
			char c = text.charAt(i);
			if (c >= 0x80 || Character.isLetterOrDigit(c)) {
				return true;
			}
		}
		return false;
	}

	/** Where the authority of a URL that begins at {@code i} begins, or -1. */
	private static int authority(String text, int i) {
		switch (text.charAt(i)) {
			case 'h', 'H' -> {
				if (text.regionMatches(true, i, "http://", 0, 7)) {
					return i + 7;
				}
				return text.regionMatches(true, i, "https://", 0, 8) ? i + 8 : -1;
			}
			case 'w', 'W' -> {
				boolean word = i == 0 || !Character.isLetterOrDigit(text.charAt(i - 1));
				return (word && text.regionMatches(true, i, "www.", 0, 4)) ? i : -1;
			}
			default -> {
				return -1;
			}
		}
	}

	/** Where path, query or fragment begin, or the URL ends. */
	private static int authorityEnd(String text, int authority) {
		int end = hostEnd(text, authority, text.length());
		while (end < text.length() && isUrl(text.charAt(end)) && "/?#".indexOf(text.charAt(end)) < 0) {
			end++;
		}
		return end;
	}

	/** Where a URL ends, without the punctuation of the sentence around it. */
	private static int end(String text, int authority, int authorityEnd) {
		int end = authorityEnd;
		while (end < text.length() && isUrl(text.charAt(end))) {
			end++;
		}
		while (end > authority && CLOSING.indexOf(text.charAt(end - 1)) >= 0) {
			end--;
		}
		return end;
	}

	/** Where the host begins: after the user, if there is one. */
	private static int host(String text, int authority, int authorityEnd) {
		int host = authorityEnd;
		while (host > authority && text.charAt(host - 1) != '@') {
			host--;
		}
		return host;
	}

	/** Host names may be written in any alphabet, the rest of a URL may not. */
	private static int hostEnd(String text, int start, int limit) {
		int end = start;
		while (end < limit && isHost(text.charAt(end))) {
			end++;
		}
		return end;
	}

	private static boolean isHost(char c) {
		return Character.isLetterOrDigit(c) || c == '-' || c == '.' || c == '_' || isMark(c);
	}

	private static boolean isUrl(char c) {
		return (c < 0x80) ? Character.isLetterOrDigit(c) || SIGNS.indexOf(c) >= 0 : isMark(c);
	}

	/** An accent belongs to the letter before it. */
	private static boolean isMark(char c) {
		return c >= 0x80 && Character.getType(c) == Character.NON_SPACING_MARK;
	}

}
