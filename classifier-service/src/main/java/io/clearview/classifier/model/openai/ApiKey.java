package io.clearview.classifier.model.openai;

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

	@Nullable String authorization() {
		return (this.secret != null) ? "Bearer " + this.secret : null;
	}

	@Override
	public String toString() {
		return "ApiKey[" + this.name + "]";
	}

}
