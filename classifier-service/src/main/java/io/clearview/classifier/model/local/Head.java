package io.clearview.classifier.model.local;

import java.util.List;

/**
 * A logistic regression over the {@link Features} of a text for one thing that people
 * name often.
 *
 * @param name e.g. {@code spam}
 * @param wishes other ways to name it, which preferences are compared with
 * @param dense a weight for each dimension of the mean vector
 * @param hashed 8-bit weights of the buckets
 * @param scale what {@code hashed} is multiplied with
 * @param bias of the regression
 * @param threshold log-odds from which a text is about it: at most 5 % of ordinary posts
 * reach it
 */
public record Head(String name, List<String> wishes, float[] dense, byte[] hashed, float scale, float bias,
		float threshold) {

	/** Log-odds that the text is about it. */
	public float score(Features features) {
		float sum = 0;
		for (int bucket : features.hashed()) {
			sum += this.hashed[bucket];
		}
		float words = (features.hashed().length > 0) ? sum * this.scale / (float) Math.sqrt(features.hashed().length)
				: 0;
		return this.bias + words + Embeddings.dot(this.dense, features.mean());
	}

	/** Log-odds above the threshold. */
	float margin(Features features) {
		return score(features) - this.threshold;
	}

}
