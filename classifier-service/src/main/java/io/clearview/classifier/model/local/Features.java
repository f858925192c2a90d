package io.clearview.classifier.model.local;

import java.util.Arrays;
import java.util.List;

/**
 * What heads and comparisons look at in a text.
 *
 * @param words in lower case, disguises undone, at most 2,000
 * @param pieces of each word
 * @param mean weighted mean of the vectors of all pieces, of length 1 (or 0 if there is
 * none)
 * @param hashed sorted distinct numbers, below {@link #BUCKETS}, of the words, pairs of
 * words and marks of the text
 */
public record Features(List<String> words, int[][] pieces, float[] mean, int[] hashed) {

	/** Number of buckets that words and pairs are hashed into. */
	public static final int BUCKETS = 1 << 16;

	/**
	 * Goes up when texts are read differently: weights of another version are refused.
	 */
	public static final int VERSION = 1;

	static final int MOST_WORDS = 2_000;

	private static final String BEGIN = "^";

	static Features of(List<String> read, List<String> marks, Pieces vocabulary, Embeddings embeddings) {
		List<String> words = (read.size() > MOST_WORDS) ? read.subList(0, MOST_WORDS) : read;
		int[][] pieces = new int[words.size()][];
		float[] mean = new float[embeddings.dimensions()];
		int[] hashed = new int[2 * words.size() + marks.size()];
		int count = 0;
		String before = BEGIN;
		for (int i = 0; i < pieces.length; i++) {
			String word = words.get(i);
			pieces[i] = vocabulary.of(word);
			for (int id : pieces[i]) {
				embeddings.addTo(mean, id);
			}
			String shape = shape(word);
			hashed[count++] = bucket(shape, "");
			hashed[count++] = bucket(before, shape);
			before = shape;
		}
		for (String mark : marks) {
			hashed[count++] = bucket(mark, "\n");
		}
		return new Features(words, pieces, Embeddings.normalise(mean),
				Arrays.stream(hashed, 0, count).sorted().distinct().toArray());
	}

	/** Numbers of equal length are alike. */
	private static String shape(String word) {
		char first = word.charAt(0);
		boolean number = first >= '0' && first <= '9' && word.chars().allMatch((c) -> c >= '0' && c <= '9');
		return number ? "0".repeat(Math.min(word.length(), 6)) : word;
	}

	private static int bucket(String one, String other) {
		int hash = 31 * one.hashCode() + other.hashCode() * 0x9E3779B1;
		hash ^= hash >>> 15;
		hash *= 0x85EBCA6B;
		hash ^= hash >>> 13;
		return hash & (BUCKETS - 1);
	}

	/** Cosine between {@code unit}, which has length 1, and word {@code index}. */
	float cosine(float[] unit, int index, Embeddings embeddings) {
		int[] ids = this.pieces[index];
		if (ids.length == 1) {
			return embeddings.cosine(unit, ids[0]);
		}
		float[] vector = new float[embeddings.dimensions()];
		for (int id : ids) {
			embeddings.addTo(vector, id);
		}
		return Embeddings.dot(unit, Embeddings.normalise(vector));
	}

}
