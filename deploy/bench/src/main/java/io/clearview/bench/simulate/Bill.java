package io.clearview.bench.simulate;

/**
 * What a day came to.
 *
 * @param design under which it was lived
 * @param requests of users
 * @param posts in them
 * @param hits posts answered without asking the model
 * @param calls to the model
 * @param judged posts in those calls
 * @param promptTokens of those calls
 * @param completionTokens likewise
 */
record Bill(String design, long requests, long posts, long hits, long calls, long judged, long promptTokens,
		long completionTokens) {

	double hitRate() {
		return (double) this.hits / this.posts;
	}

	double meanBatch() {
		return (double) this.judged / this.calls;
	}

	long tokens() {
		return this.promptTokens + this.completionTokens;
	}

	/** In US dollars. */
	double cost(Prices prices) {
		return (this.promptTokens * prices.perMillionPromptTokens()
				+ this.completionTokens * prices.perMillionCompletionTokens()) / 1e6;
	}

}
