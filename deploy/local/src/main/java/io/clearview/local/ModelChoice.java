package io.clearview.local;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * An OpenAI-compatible model to judge posts with, instead of the embedded one.
 *
 * @param baseUrl where it is, without {@code /chat/completions}; null for the
 * classifier's default
 * @param name its name; null for the classifier's default
 * @param keys directory with one API key a file; null for a model that asks for none
 */
public record ModelChoice(String baseUrl, String name, @Nullable Path keys) {

	Map<String, String> properties() {
		Map<String, String> properties = new LinkedHashMap<>();
		properties.put("clearview.model.kind", "openai");
		properties.put("clearview.model.base-url", this.baseUrl);
		properties.put("clearview.model.name", this.name);
		if (this.keys != null) {
			properties.put("clearview.model.keys", this.keys.toString());
		}
		return properties;
	}

}
