package io.clearview.training;

import java.util.List;

import io.clearview.classifier.model.local.Pieces;

/**
 * How frequent each piece is in ordinary text: counted in the posts, and where they are
 * too few, estimated from the piece's place in the vocabulary, which is sorted by
 * frequency (Zipf's law).
 */
final class Frequencies {

	/**
	 * The first whole word of the vocabulary; what stands before are marks and letters.
	 */
	private static final int FIRST_WORD = 1_996;

	private static final double PRIOR = 200_000;

	private Frequencies() {
	}

	/** The share of each piece, in tenths of a power of ten below 1, at most 127. */
	static byte[] of(Pieces pieces, List<int[][]> posts) {
		double[] prior = new double[pieces.size()];
		double all = 0;
		for (int id = 0; id < prior.length; id++) {
			prior[id] = (id < FIRST_WORD) ? 1e-7 : 1.0 / (id - FIRST_WORD + 10);
			all += prior[id];
		}
		long[] counts = new long[prior.length];
		long counted = 0;
		for (int[][] post : posts) {
			for (int[] word : post) {
				for (int id : word) {
					counts[id]++;
					counted++;
				}
			}
		}
		byte[] frequencies = new byte[prior.length];
		for (int id = 0; id < frequencies.length; id++) {
			double share = (counts[id] + PRIOR * prior[id] / all) / (counted + PRIOR);
			frequencies[id] = (byte) Math.clamp(Math.round(-10 * Math.log10(share)), 1, 127);
		}
		return frequencies;
	}

	static double share(byte frequency) {
		return Math.pow(10, -frequency / 10.0);
	}

}
