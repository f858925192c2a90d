package io.clearview.classifier.model.lexical;

import java.io.IOException;

import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.jspecify.annotations.Nullable;

/**
 * Sees through the usual ways to hide a word from a filter: {@code fr33}, {@code p@y},
 * {@code f r e e}, {@code f.r.e.e}, {@code freeeee}, letters of another alphabet that
 * look alike, invisible characters. What would change the meaning of ordinary text
 * (digits, doubled letters) is undone only where the result is a word of the term lists.
 */
final class Disguise {

	/** Cyrillic and Greek letters, and the Latin ones they pass for. */
	private static final String ALIKE = "аaеeоoрpсcхxуyіiјjѕsԁdһhвbкkмmтtνvοoαaιiκkρp";

	private Disguise() {
	}

	/**
	 * Undoes what splits words: drops invisible characters, turns symbols between letters
	 * into the letters they stand for, separates words joined by dots or underscores.
	 */
	static String separated(String text) {
		StringBuilder result = new StringBuilder(text.length());
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (Character.getType(c) == Character.FORMAT) {
				continue;
			}
			boolean inside = i > 0 && i + 1 < text.length() && Character.isLetterOrDigit(text.charAt(i - 1))
					&& Character.isLetterOrDigit(text.charAt(i + 1));
			result.append(inside ? between(c, text.charAt(i + 1)) : c);
		}
		return result.toString();
	}

	private static char between(char c, char next) {
		return switch (c) {
			case '@' -> 'a';
			case '$' -> Character.isLetter(next) ? 's' : c;
			case '.', '_' -> ' ';
			default -> c;
		};
	}

	/** Filters a stream of lower-case words. */
	static TokenStream filter(TokenStream words, CharArraySet known) {
		return new WordFilter(new JoinFilter(words), known);
	}

	/** Joins three and more letters that stand alone into the word they spell. */
	private static final class JoinFilter extends TokenFilter {

		private static final int FEWEST = 3;

		private static final int MOST = 40;

		private final CharTermAttribute term = addAttribute(CharTermAttribute.class);

		private final StringBuilder letters = new StringBuilder();

		private int given;

		private @Nullable String next;

		JoinFilter(TokenStream input) {
			super(input);
		}

		@Override
		public boolean incrementToken() throws IOException {
			if (this.given < this.letters.length()) {
				this.term.setEmpty().append(this.letters.charAt(this.given++));
				return true;
			}
			if (this.next != null) {
				this.term.setEmpty().append(this.next);
				this.next = null;
				return true;
			}
			this.letters.setLength(0);
			while (this.input.incrementToken()) {
				boolean letter = this.term.length() == 1 && Character.isLetterOrDigit(this.term.charAt(0));
				if (letter) {
					this.letters.append(this.term.charAt(0));
				}
				if (!letter || this.letters.length() == MOST) {
					if (this.letters.isEmpty()) {
						return true;
					}
					if (!letter) {
						this.next = this.term.toString();
					}
					break;
				}
			}
			return give();
		}

		private boolean give() {
			if (this.letters.isEmpty()) {
				return false;
			}
			if (this.letters.length() >= FEWEST) {
				this.term.setEmpty().append(this.letters);
				this.given = this.letters.length();
			}
			else {
				this.term.setEmpty().append(this.letters.charAt(0));
				this.given = 1;
			}
			return true;
		}

		@Override
		public void reset() throws IOException {
			super.reset();
			this.letters.setLength(0);
			this.given = 0;
			this.next = null;
		}

	}

	/** Undoes look-alikes, digits for letters and drawn-out letters. */
	private static final class WordFilter extends TokenFilter {

		private static final int LONGEST = 40;

		private final CharTermAttribute term = addAttribute(CharTermAttribute.class);

		private final CharArraySet known;

		private char[] scratch = new char[LONGEST];

		WordFilter(TokenStream input, CharArraySet known) {
			super(input);
			this.known = known;
		}

		@Override
		public boolean incrementToken() throws IOException {
			if (!this.input.incrementToken()) {
				return false;
			}
			int length = this.term.length();
			if (length > 1 && length <= LONGEST) {
				lookAlikes(length);
				reveal(length);
			}
			return true;
		}

		private boolean reveal(int length) {
			return this.known.contains(this.term.buffer(), 0, length) || digits(length, 'i') || digits(length, 'l')
					|| drawnOut(length, 1) || drawnOut(length, 2);
		}

		/** Folds look-alikes in a word that has Latin letters as well. */
		private void lookAlikes(int length) {
			char[] buffer = this.term.buffer();
			boolean latin = false;
			boolean other = false;
			for (int i = 0; i < length; i++) {
				latin |= buffer[i] >= 'a' && buffer[i] <= 'z';
				other |= buffer[i] >= '\u0370' && buffer[i] <= '\u052f';
			}
			if (latin && other) {
				for (int i = 0; i < length; i++) {
					int at = (buffer[i] > 'z') ? ALIKE.indexOf(buffer[i]) : -1;
					buffer[i] = (at >= 0) ? ALIKE.charAt(at + 1) : buffer[i];
				}
			}
		}

		private boolean digits(int length, char one) {
			char[] buffer = this.term.buffer();
			boolean changed = false;
			for (int i = 0; i < length; i++) {
				char letter = switch (buffer[i]) {
					case '0' -> 'o';
					case '1' -> one;
					case '3' -> 'e';
					case '4' -> 'a';
					case '5' -> 's';
					case '7' -> 't';
					default -> buffer[i];
				};
				changed |= letter != buffer[i];
				this.scratch[i] = letter;
			}
			return changed && take(length);
		}

		/** Shortens runs of three and more equal letters to {@code left}. */
		private boolean drawnOut(int length, int left) {
			char[] buffer = this.term.buffer();
			int out = 0;
			for (int i = 0; i < length;) {
				int end = i + 1;
				while (end < length && buffer[end] == buffer[i]) {
					end++;
				}
				int copies = (end - i > 2) ? left : end - i;
				for (int k = 0; k < copies; k++) {
					this.scratch[out++] = buffer[i];
				}
				i = end;
			}
			return out < length && take(out);
		}

		private boolean take(int length) {
			if (!this.known.contains(this.scratch, 0, length)) {
				return false;
			}
			this.term.copyBuffer(this.scratch, 0, length);
			return true;
		}

	}

}
