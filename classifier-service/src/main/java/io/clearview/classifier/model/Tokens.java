package io.clearview.classifier.model;

/**
 * Estimates how many tokens a model's tokenizer makes of a text, without the tokenizer.
 * Byte-pair vocabularies have about four letters of English a token, two of other
 * alphabets, and one or less of ideographs and emoji; each character is charged
 * accordingly, in quarters of a token and rather too much than too little.
 */
public final class Tokens {

	private Tokens() {
	}

	/** Tokens of {@code text}, 0 only where it is empty. */
	public static int estimate(CharSequence text) {
		int quarters = 0;
		for (int i = 0; i < text.length(); i++) {
			quarters += quarters(text.charAt(i));
		}
		return (quarters + 3) / 4;
	}

	/**
	 * Tokens that every tokenizer makes of {@code text} at least, if it is no repetition:
	 * six letters of an alphabet a token, or three ideographs.
	 */
	public static long atLeast(CharSequence text) {
		long twelfths = 0;
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			twelfths += (c < 0x2E80) ? 2 : 4;
		}
		return twelfths / 12;
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
