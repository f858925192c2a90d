package io.clearview.classifier.model.local;

/**
 * One vector for each piece of the vocabulary: 8-bit numbers times a scale, which holds
 * the length of the vector and the weight of the piece in a mean. Immutable.
 */
public final class Embeddings {

	private final int dimensions;

	private final byte[] values;

	private final float[] scales;

	/** 1 / length of the vectors before scaling. */
	private final float[] inverseLengths;

	/**
	 * Creates a table of vectors.
	 * @param values of all vectors, one after the other; not copied
	 * @param scales of the vectors: what their numbers are multiplied with; not copied
	 */
	public Embeddings(int dimensions, byte[] values, float[] scales) {
		this.dimensions = dimensions;
		this.values = values;
		this.scales = scales;
		this.inverseLengths = new float[scales.length];
		for (int id = 0; id < scales.length; id++) {
			int square = square(values, id * dimensions, (id + 1) * dimensions);
			this.inverseLengths[id] = (square > 0) ? 1 / (float) Math.sqrt(square) : 0;
		}
	}

	/** A method of its own is compiled soon, a loop in a loop only after a while. */
	private static int square(byte[] values, int from, int to) {
		int square = 0;
		for (int k = from; k < to; k++) {
			square += values[k] * values[k];
		}
		return square;
	}

	public int dimensions() {
		return this.dimensions;
	}

	byte[] values() {
		return this.values;
	}

	float[] scales() {
		return this.scales;
	}

	/** Adds the vector of {@code id} to {@code sum}. */
	void addTo(float[] sum, int id) {
		float scale = this.scales[id];
		int from = id * this.dimensions;
		for (int k = 0; k < sum.length; k++) {
			sum[k] += scale * this.values[from + k];
		}
	}

	/** Cosine between {@code unit}, which has length 1, and the vector of {@code id}. */
	float cosine(float[] unit, int id) {
		int from = id * this.dimensions;
		float dot = 0;
		for (int k = 0; k < unit.length; k++) {
			dot += this.values[from + k] * unit[k];
		}
		return dot * this.inverseLengths[id];
	}

	/** Gives {@code vector} the length 1, unless it is zero. */
	public static float[] normalise(float[] vector) {
		float square = 0;
		for (float value : vector) {
			square += value * value;
		}
		if (square > 0) {
			float factor = 1 / (float) Math.sqrt(square);
			for (int k = 0; k < vector.length; k++) {
				vector[k] *= factor;
			}
		}
		return vector;
	}

	public static float dot(float[] one, float[] other) {
		float dot = 0;
		for (int k = 0; k < one.length; k++) {
			dot += one[k] * other[k];
		}
		return dot;
	}

}
