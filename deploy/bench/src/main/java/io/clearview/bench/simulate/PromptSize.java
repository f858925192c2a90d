package io.clearview.bench.simulate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

import io.clearview.classifier.model.TokenEstimate;

/**
 * How many tokens a call has: estimated as the classifier does, for every design alike.
 */
interface PromptSize {

	/** Of a model that charges nothing. */
	PromptSize NONE = new PromptSize() {
		@Override
		public int prompt(String preference, List<String> posts) {
			return 0;
		}

		@Override
		public int completion(int posts) {
			return 0;
		}
	};

	/** By the prompt that stands on the classpath. */
	static PromptSize estimated() {
		try (InputStream prompt = PromptSize.class.getResourceAsStream("/prompt/labels.txt")) {
			String text = new String(Objects.requireNonNull(prompt, "no prompt").readAllBytes(),
					StandardCharsets.UTF_8);
			return new Estimated(TokenEstimate.estimate(text));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** TokenEstimate of the question. */
	int prompt(String preference, List<String> posts);

	/** TokenEstimate of the answer. */
	int completion(int posts);

	/**
	 * By what is written.
	 *
	 * @param instructions tokens that stand before every question
	 */
	record Estimated(int instructions) implements PromptSize {

		/** Of the tags around a post, or the preference. */
		private static final int TAGS = TokenEstimate.estimate("<post 10 Kj3kd92kd0sS>\n\n</post 10 Kj3kd92kd0sS>\n");

		private static final int ENTRY = TokenEstimate.estimate("{\"id\":10,\"label\":\"ALLOW\"},");

		@Override
		public int prompt(String preference, List<String> posts) {
			int tokens = this.instructions + TAGS + TokenEstimate.estimate(preference);
			for (String post : posts) {
				tokens += TAGS + TokenEstimate.estimate(post);
			}
			return tokens;
		}

		@Override
		public int completion(int posts) {
			return TokenEstimate.estimate("{\"labels\":[]}") + ENTRY * posts;
		}

	}

}
