package io.clearview.classifier.model.openai;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A key to a provider. Its secret is in no message.
 *
 * @param name of its file
 * @param secret {@code null} for a provider that wants none
 */
record ApiKey(String name, @Nullable String secret) {

	/** For a provider that wants no key. */
	static final ApiKey NONE = new ApiKey("none", null);

	/** The headers that carry it. */
	Map<String, String> headers(Profile profile) {
		return (this.secret != null) ? Map.of(profile.keyHeader(), profile.keyValue(this.secret)) : Map.of();
	}

	@Override
	public String toString() {
		return "ApiKey[" + this.name + "]";
	}

}
