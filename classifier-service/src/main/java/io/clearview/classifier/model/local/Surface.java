package io.clearview.classifier.model.local;

import java.util.ArrayList;
import java.util.List;

/**
 * Text without what says nothing about its topic: mentions, links, HTML entities, the
 * "RT" of a repost. Hashtags written in camel case are split. One linear pass.
 *
 * @param text what is left
 * @param marks names of the properties that letters and punctuation show, each at most
 * once, e.g. many capitals
 */
record Surface(String text, List<String> marks) {

	private static final int LONGEST_ENTITY = 8;

	static Surface of(String text) {
		return new Scan(text).surface();
	}

	/** The state of the pass. */
	private static final class Scan {

		private final String in;

		private final StringBuilder out;

		private int links;

		private int hashtags;

		private int exclamations;

		private int questions;

		private int capitals;

		private int letters;

		private int digits;

		private int money;

		private int emoji;

		Scan(String in) {
			this.in = in;
			this.out = new StringBuilder(in.length() + 16);
		}

		Surface surface() {
			for (int i = 0; i < this.in.length();) {
				i = step(i);
			}
			return new Surface(this.out.toString(), marks());
		}

		private int step(int i) {
			char c = this.in.charAt(i);
			boolean atStart = i == 0 || !Character.isLetterOrDigit(this.in.charAt(i - 1));
			if (c == '&' || (c == '#' && atStart)) {
				int end = entityEnd(i);
				if (end > 0) {
					this.out.append((end - i == 4 && this.in.startsWith("#39", i)) ? '\'' : ' ');
					return end;
				}
			}
			if (c == '@' && atStart && i + 1 < this.in.length() && isWord(this.in.charAt(i + 1))) {
				this.out.append(' ');
				return wordEnd(i + 1);
			}
			if (c == '#' && atStart) {
				this.hashtags++;
				return hashtag(i + 1);
			}
			if (atStart && isLink(i)) {
				this.links++;
				this.out.append(' ');
				return spaceFrom(i);
			}
			if (atStart && (c == 'R' || c == 'r') && this.in.regionMatches(true, i, "rt ", 0, 3)) {
				return i + 3;
			}
			count(c);
			this.out.append(c);
			return i + 1;
		}

		private void count(char c) {
			if (Character.isLetter(c)) {
				this.letters++;
				this.capitals += Character.isUpperCase(c) ? 1 : 0;
			}
			else if (c >= '0' && c <= '9') {
				this.digits++;
			}
			else {
				switch (c) {
					case '!' -> this.exclamations++;
					case '?' -> this.questions++;
					case '$', '£', '€' -> this.money++;
					default -> this.emoji += Character.isHighSurrogate(c) ? 1 : 0;
				}
			}
		}

		/** Index behind an entity at {@code from}, or 0. */
		private int entityEnd(int from) {
			int end = from + 1;
			boolean number = this.in.charAt(from) == '#';
			while (end < this.in.length() && end - from <= LONGEST_ENTITY) {
				char c = this.in.charAt(end);
				if (c == ';') {
					return (end - from > 1) ? end + 1 : 0;
				}
				boolean digit = c >= '0' && c <= '9';
				if (!digit && (number || (c != '#' && !Character.isLetter(c)))) {
					return 0;
				}
				end++;
			}
			return 0;
		}

		private boolean isLink(int i) {
			return this.in.startsWith("http://", i) || this.in.startsWith("https://", i)
					|| this.in.startsWith("www.", i) || this.in.startsWith("t.co", i);
		}

		private int spaceFrom(int from) {
			int end = from;
			while (end < this.in.length() && !Character.isWhitespace(this.in.charAt(end))) {
				end++;
			}
			return end;
		}

		private static boolean isWord(char c) {
			return Character.isLetterOrDigit(c) || c == '_';
		}

		private int wordEnd(int from) {
			int end = from;
			while (end < this.in.length() && isWord(this.in.charAt(end))) {
				end++;
			}
			return end;
		}

		private int hashtag(int from) {
			int end = wordEnd(from);
			this.out.append(' ');
			for (int i = from; i < end; i++) {
				char c = this.in.charAt(i);
				boolean turn = i > from && Character.isUpperCase(c)
						&& (Character.isLowerCase(this.in.charAt(i - 1))
								|| (i + 1 < end && Character.isLowerCase(this.in.charAt(i + 1))
										&& Character.isUpperCase(this.in.charAt(i - 1))));
				if (turn) {
					this.out.append(' ');
				}
				this.out.append(c);
			}
			return end;
		}

		private List<String> marks() {
			List<String> marks = new ArrayList<>(8);
			int all = Math.max(1, this.letters);
			mark(marks, "link", this.links);
			mark(marks, "hashtag", this.hashtags);
			mark(marks, "exclamation", this.exclamations);
			mark(marks, "question", this.questions);
			mark(marks, "money", this.money);
			mark(marks, "emoji", this.emoji);
			mark(marks, "digits", 10 * this.digits / (all + this.digits));
			mark(marks, "capitals", (this.letters < 8) ? 0 : 6 * this.capitals / all);
			return marks;
		}

		private static void mark(List<String> marks, String name, int count) {
			if (count > 0) {
				marks.add(name + Math.min(count, 5));
			}
		}

	}

}
