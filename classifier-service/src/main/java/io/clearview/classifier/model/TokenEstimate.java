package io.clearview.classifier.model;

/**
 * Estimates how many tokens a model's tokenizer makes of a text, without the tokenizer.
 * Byte-pair vocabularies have about four letters of English a token, two of other
 * alphabets, and one or less of ideographs and emoji; each character is charged
 * accordingly, in quarters of a token and rather too much than too little.
 */
public final class TokenEstimate {

	private TokenEstimate() {
	}

	/** TokenEstimate of {@code text}, 0 only where it is empty. */
	public static int estimate(CharSequence text) {
		int quarters = 0;
		for (int i = 0; i < text.length(); i++) {
			quarters += quarters(text.charAt(i));
		}
		return (quarters + 3) / 4;
	}

	/**
	 * Tokens that every tokenizer makes of {@code text} at least: one for each word, or
	 * for three ideographs. Letters do not count, because a long word may be one token,
	 * and whoever writes a post may repeat it.
	 */
	public static long atLeast(CharSequence text) {
		long thirds = 0;
		boolean inWord = false;
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c >= 0x2E80) {
				thirds++;
				inWord = false;
			}
			else {
				boolean letter = !Character.isWhitespace(c);
				thirds += (letter && !inWord) ? 3 : 0;
				inWord = letter;
			}
		}
		return thirds / 3;
	}

	/** Length of the longest prefix of {@code text} that has at most {@code tokens}. */
	public static int fit(CharSequence text, int tokens) {
		int left = 4 * tokens;
		for (int i = 0; i < text.length(); i++) {
			left -= quarters(text.charAt(i));
			if (left < 0) {
				return i;
			}
		}
		return text.length();
	}

	private static int quarters(char c) {
		if (c < 0x80) {
			return (c == ' ' || Character.isLetterOrDigit(c)) ? 1 : 2;
		}
		return (c < 0x2E80) ? 2 : 5;
	}

}
