package io.clearview.classifier.model.local;

import java.util.Arrays;

/**
 * How related posts are to a few words, such as "the royal family". Measures the cosine
 * between the words and the post, and between the words and each word of the post, each
 * relative to what ordinary text has: so one threshold serves all topics.
 */
public final class Relatedness {

	/** Number of measures. */
	public static final int MEASURES = 5;

	private static final int STEPS = 200;

	/** How many words of the vocabulary a topic is expanded by. */
	private static final int NEAREST = 40;

	private static final float LEAST_COSINE = 0.05f;

	/** How much they count beside the words themselves. */
	private static final float EXPANSION = 0.8f;

	/** What is rarer than this counts as this rare. */
	private static final double RAREST = 1e-5;

	private final Weights weights;

	private final float[] words;

	private final float mean;

	private final float deviation;

	/**
	 * For each cosine, in steps of 0.01 from -1: how surprising is one at least so high.
	 */
	private final float[] surprises = new float[STEPS + 1];

	/**
	 * Compares with the mean of {@code words}. Looks at each piece and each background
	 * post once: some milliseconds.
	 */
	public Relatedness(Features words, Weights weights) {
		this.weights = weights;
		this.words = expanded(words.mean(), weights);
		double[] share = new double[STEPS + 1];
		double all = 0;
		for (int id = 0; id < weights.pieces().size(); id++) {
			if (weights.frequencies()[id] != -1) {
				double frequency = weights.frequency(id);
				share[step(weights.embeddings().cosine(this.words, id))] += frequency;
				all += frequency;
			}
		}
		double above = 0;
		for (int step = STEPS; step >= 0; step--) {
			above += share[step] / all;
			this.surprises[step] = (float) -Math.log10(Math.max(above, RAREST));
		}
		float[] cosines = background();
		double sum = 0;
		double squares = 0;
		for (float cosine : cosines) {
			sum += cosine;
			squares += cosine * cosine;
		}
		int count = Math.max(1, cosines.length);
		this.mean = (float) (sum / count);
		this.deviation = (float) Math.sqrt(Math.max(1e-4, squares / count - this.mean * this.mean));
	}

	/** The words and the words nearest to them: posts seldom repeat the very words. */
	private static float[] expanded(float[] words, Weights weights) {
		int size = weights.pieces().size();
		float[] cosines = new float[size];
		for (int id = 0; id < size; id++) {
			cosines[id] = Character.isLetter(weights.pieces().piece(id).charAt(0))
					? weights.embeddings().cosine(words, id) : 0;
		}
		float[] sorted = cosines.clone();
		Arrays.sort(sorted);
		float bar = Math.max(sorted[Math.max(0, size - NEAREST)], LEAST_COSINE);
		float[] sum = new float[words.length];
		for (int id = 0; id < size; id++) {
			if (cosines[id] >= bar) {
				float[] one = new float[words.length];
				weights.embeddings().addTo(one, id);
				Embeddings.normalise(one);
				for (int k = 0; k < sum.length; k++) {
					sum[k] += cosines[id] * one[k];
				}
			}
		}
		Embeddings.normalise(sum);
		float[] expanded = words.clone();
		for (int k = 0; k < sum.length; k++) {
			expanded[k] += EXPANSION * sum[k];
		}
		return Embeddings.normalise(expanded);
	}

	private float[] background() {
		int dimensions = this.words.length;
		byte[] background = this.weights.background();
		float[] cosines = new float[background.length / dimensions];
		for (int i = 0; i < cosines.length; i++) {
			float dot = 0;
			for (int k = 0; k < dimensions; k++) {
				dot += background[i * dimensions + k] * this.words[k];
			}
			cosines[i] = dot / Byte.MAX_VALUE;
		}
		Arrays.sort(cosines);
		return cosines;
	}

	private static int step(float cosine) {
		return Math.clamp(Math.round((cosine + 1) * STEPS / 2), 0, STEPS);
	}

	/** The measures of {@code post}, which {@link #score} adds up. */
	public float[] measures(Features post) {
		float best = 0;
		float second = 0;
		for (int i = 0; i < post.words().size(); i++) {
			float cosine = post.cosine(this.words, i, this.weights.embeddings());
			float surprise = this.surprises[step(cosine)];
			if (surprise > best) {
				second = best;
				best = surprise;
			}
			else if (surprise > second) {
				second = surprise;
			}
		}
		float z = (Embeddings.dot(this.words, post.mean()) - this.mean) / this.deviation;
		float length = (float) Math.log10(1 + post.words().size());
		return new float[] { z, best, second, length, 1 };
	}

	/** Log-odds that {@code post} is about the words, above the threshold. */
	public float score(Features post) {
		float[] measures = measures(post);
		float score = 0;
		for (int i = 0; i < measures.length; i++) {
			score += this.weights.relatedness()[i] * measures[i];
		}
		return score;
	}

}
