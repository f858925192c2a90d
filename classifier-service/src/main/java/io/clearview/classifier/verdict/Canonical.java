package io.clearview.classifier.verdict;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Locale;

import io.clearview.classifier.model.TokenEstimate;

/**
 * Brings texts that ask the same into one form. Both kinds are Unicode NFKC with white
 * space folded into single spaces and none at the ends, and without the control
 * characters U+007F to U+009F. A preference is case-folded too and keeps its lines. In
 * content each URL becomes its host, because a shared post carries a different
 * {@code t.co} link each time; a post that is nothing but links keeps them whole.
 *
 * <p>
 * Work is linear in the length of the text. Normalisation by itself is not: it sorts
 * combining marks, and ten thousand of them on one letter take it a second. More than 30
 * in a row, which no language has, are dropped first.
 */
final class Canonical {

	private static final int MARKS_IN_A_ROW = 30;

	/** From here on scripts put no space after a sentence. */
	private static final char FIRST_IDEOGRAPHIC = '\u2E80';

	private static final int LONGEST_PREFERENCE = 2_000;

	private static final char REPLACEMENT = '\uFFFD';

	private Canonical() {
	}

	/**
	 * Canonical form of what a user wants hidden, at most 2,000 characters of it: some
	 * characters become up to eighteen. Line feeds are kept, because they separate
	 * clauses.
	 */
	static String preference(String text) {
		String whole = wholePreference(text);
		if (whole.length() <= LONGEST_PREFERENCE) {
			return whole;
		}
		int end = LONGEST_PREFERENCE - (Character.isLowSurrogate(whole.charAt(LONGEST_PREFERENCE)) ? 1 : 0);
		return whole.substring(0, end).stripTrailing();
	}

	private static String wholePreference(String text) {
		if (isAscii(text)) {
			return foldLines(text).toLowerCase(Locale.ROOT);
		}
		// Java has no case folding: lower case of upper case of lower case is the same
		String folded = normalize(text).toLowerCase(Locale.ROOT).toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
		return foldLines(Normalizer.normalize(folded, Form.NFKC));
	}

	/**
	 * Canonical form of a post, as much of it as a prompt has room for. Empty where there
	 * is nothing but white space.
	 */
	static String content(String text, int tokens) {
		String whole = Urls.toHosts(fold(isAscii(text) ? text : normalize(text)));
		String cut = cut(whole, tokens);
		return (cut.length() == whole.length()) ? cut : Urls.withoutPartialLink(cut);
	}

	/**
	 * Cuts after the last sentence that fits, else after the last word, unless either is
	 * so far back that more than a quarter would be lost.
	 */
	static String cut(String text, int tokens) {
		int fit = TokenEstimate.fit(text, tokens);
		if (fit == text.length()) {
			return text;
		}
		int least = fit - fit / 4;
		for (int i = fit; i > least; i--) {
			if (isSentenceEnd(text, i)) {
				return text.substring(0, i);
			}
		}
		for (int i = fit; i > least; i--) {
			if (text.charAt(i) == ' ') {
				return text.substring(0, i);
			}
		}
		return text.substring(0, Character.isLowSurrogate(text.charAt(fit)) ? fit - 1 : fit).stripTrailing();
	}

	private static boolean isSentenceEnd(String text, int end) {
		char next = text.charAt(end);
		return switch (text.charAt(end - 1)) {
			case '.', '!', '?' -> next == ' ' || next >= FIRST_IDEOGRAPHIC;
			case '\u3002' -> true;
			default -> false;
		};
	}

	private static boolean isAscii(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (text.charAt(i) >= 0x80) {
				return false;
			}
		}
		return true;
	}

	private static String normalize(String text) {
		StringBuilder kept = new StringBuilder(text.length());
		int marks = 0;
		for (int i = 0; i < text.length();) {
			int c = text.codePointAt(i);
			i += Character.charCount(c);
			if (isRemoved(c)) {
				continue;
			}
			marks = isMark(c) ? marks + 1 : 0;
			if (marks <= MARKS_IN_A_ROW) {
				kept.appendCodePoint((c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) ? REPLACEMENT : c);
			}
		}
		return Normalizer.normalize(kept, Form.NFKC);
	}

	/** Control characters that wrongly decoded text is full of. */
	private static boolean isRemoved(int c) {
		return c >= 0x7F && c <= 0x9F;
	}

	private static boolean isMark(int c) {
		return switch (Character.getType(c)) {
			case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK -> true;
			// half-width voicing marks of Katakana: letters that normalise to marks
			default -> c == 0xFF9E || c == 0xFF9F;
		};
	}

	/** Folds each line, with a single line feed between lines that are not blank. */
	private static String foldLines(String text) {
		StringBuilder folded = new StringBuilder(text.length());
		int start = 0;
		for (int i = 0; i <= text.length(); i++) {
			if (i < text.length() && !isLineEnd(text.charAt(i))) {
				continue;
			}
			String line = fold(text.substring(start, i));
			if (!line.isEmpty()) {
				folded.append(folded.isEmpty() ? "" : "\n").append(line);
			}
			start = i + 1;
		}
		return folded.toString();
	}

	private static boolean isLineEnd(char c) {
		return switch (c) {
			case '\n', '\r', '\u000b', '\f', '\u2028', '\u2029' -> true;
			default -> false;
		};
	}

	private static String fold(String text) {
		StringBuilder folded = new StringBuilder(text.length());
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (isRemoved(c)) {
				continue;
			}
			if (!Character.isWhitespace(c) && !Character.isSpaceChar(c)) {
				folded.append(c);
			}
			else if (!folded.isEmpty() && folded.charAt(folded.length() - 1) != ' ') {
				folded.append(' ');
			}
		}
		int length = folded.length();
		if (length > 0 && folded.charAt(length - 1) == ' ') {
			folded.setLength(length - 1);
		}
		return folded.toString();
	}

}
