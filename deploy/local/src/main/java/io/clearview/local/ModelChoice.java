package io.clearview.local;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * An OpenAI-compatible model to judge posts with, instead of the embedded one.
 *
 * @param baseUrl where it is, without {@code /chat/completions}
 * @param name its name
 * @param keys directory with one API key a file; null for a model that asks for none
 * @param price what its tokens cost; null if the classifier knows
 * @param startCheck whether the classifier asks it one small question at the start
 */
public record ModelChoice(String baseUrl, String name, @Nullable Path keys, @Nullable Price price, boolean startCheck) {

	/** A model whose price the classifier knows, not asked at the start. */
	public ModelChoice(String baseUrl, String name, @Nullable Path keys) {
		this(baseUrl, name, keys, null, false);
	}

	/** The same model, costing nothing. */
	public ModelChoice free() {
		return new ModelChoice(this.baseUrl, this.name, this.keys, new Price(0, 0), this.startCheck);
	}

	Map<String, String> properties() {
		Map<String, String> properties = new LinkedHashMap<>();
		properties.put("clearview.model.kind", "openai");
		properties.put("clearview.model.base-url", this.baseUrl);
		properties.put("clearview.model.name", this.name);
		properties.put("clearview.model.start-check", Boolean.toString(this.startCheck));
		if (this.price != null) {
			properties.put("clearview.model.price.prompt", Double.toString(this.price.prompt()));
			properties.put("clearview.model.price.completion", Double.toString(this.price.completion()));
		}
		if (this.keys != null) {
			properties.put("clearview.model.keys", this.keys.toString());
		}
		return properties;
	}

	/**
	 * US dollars a million tokens.
	 *
	 * @param prompt of the question
	 * @param completion of the answer
	 */
	public record Price(double prompt, double completion) {
	}

}
