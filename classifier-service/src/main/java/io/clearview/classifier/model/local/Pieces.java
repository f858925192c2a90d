package io.clearview.classifier.model.local;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A WordPiece vocabulary and its greedy tokenizer: the longest piece that a word begins
 * with, then the longest one that the rest begins with, and so on (Schuster and Nakajima,
 * 2012). Words must be in lower case and without accents.
 */
public final class Pieces {

	/** Words longer than this have no pieces: keeps the work linear. */
	private static final int LONGEST_WORD = 48;

	private static final int LONGEST_PIECE = 18;

	private static final int[] NONE = {};

	private static final String INSIDE = "##";

	private final String[] pieces;

	private final Map<String, Integer> starts;

	private final Map<String, Integer> insides;

	public Pieces(String[] pieces) {
		this.pieces = pieces.clone();
		this.starts = HashMap.newHashMap(pieces.length);
		this.insides = HashMap.newHashMap(pieces.length / 4);
		for (int id = 0; id < pieces.length; id++) {
			if (pieces[id].startsWith(INSIDE) && pieces[id].length() > INSIDE.length()) {
				this.insides.put(pieces[id].substring(INSIDE.length()), id);
			}
			else {
				this.starts.put(pieces[id], id);
			}
		}
	}

	/** Number of pieces. */
	public int size() {
		return this.pieces.length;
	}

	/** The piece as the vocabulary spells it, with {@code ##} inside of a word. */
	public String piece(int id) {
		return this.pieces[id];
	}

	/** The id of a whole word, or null if it is not one piece. */
	public @Nullable Integer whole(String word) {
		return this.starts.get(word);
	}

	/** Ids of the pieces of {@code word}; none if it cannot be composed of pieces. */
	public int[] of(String word) {
		Integer whole = this.starts.get(word);
		if (whole != null) {
			return new int[] { whole };
		}
		int length = word.length();
		if (length > LONGEST_WORD) {
			return NONE;
		}
		int[] ids = new int[length];
		int count = 0;
		for (int from = 0; from < length;) {
			Map<String, Integer> among = (from == 0) ? this.starts : this.insides;
			Integer found = null;
			int end = Math.min(length, from + LONGEST_PIECE);
			for (; end > from && found == null; end--) {
				found = among.get(word.substring(from, end));
			}
			if (found == null) {
				return NONE;
			}
			ids[count++] = found;
			from = end + 1;
		}
		return Arrays.copyOf(ids, count);
	}

}
