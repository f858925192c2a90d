package io.clearview.classifier.model.openai;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Where the model is and how it is asked.
 *
 * @param baseUrl what stands before {@code /chat/completions}
 * @param name of the model, as the provider calls it
 * @param keys directory with one API key a file; absent or blank for a provider that
 * wants none
 * @param keysPoll how often it is looked at
 * @param maxTokensParameter what the provider calls the bound of an answer:
 * {@code max_tokens} or {@code max_completion_tokens}; absent or blank for what its
 * profile says
 * @param parameters more of the request, such as {@code temperature}, over those of the
 * profile; numbers, true and false are such also when they come as text, as from an
 * environment variable; a blank one is left out
 * @param maxAnswer a longer body is garbage
 * @param connectTimeout of a new connection
 * @param connections at most
 * @param profile name of the provider's profile; {@code auto} to choose by the base URL
 * @param price what its tokens cost; absent if {@code clearview.cost.prices} says so
 * @param startCheck whether it is asked one small question when the service has started
 * @param profiles what providers want, by name
 * @param signals how providers say what is wrong
 */
@ConfigurationProperties("clearview.model")
@ConditionalOnProperty(name = "clearview.model.kind", havingValue = "openai")
@Validated
record OpenAiProperties(@DefaultValue("https://api.openai.com/v1") URI baseUrl, @NotBlank String name,
		@Nullable String keys, @DefaultValue("5s") @DurationMin(millis = 10) Duration keysPoll,
		@Nullable String maxTokensParameter, @DefaultValue Map<String, Object> parameters,
		@DefaultValue("256KB") DataSize maxAnswer, @DefaultValue("1s") @DurationMin(millis = 1) Duration connectTimeout,
		@DefaultValue("64") @Positive int connections, @DefaultValue("auto") @NotBlank String profile,
		@Nullable @Valid ModelPrice price, @DefaultValue("true") boolean startCheck,
		@DefaultValue Map<String, Profile> profiles, @DefaultValue Signals signals) {

	private static final Pattern SCALAR = Pattern.compile("-?\\d{1,9}(\\.\\d{1,9})?|true|false");

	private static final String AUTO = "auto";

	private static final String OTHER = "other";

	OpenAiProperties {
		parameters = typed(parameters);
	}

	/** What the provider wants: by name, or by the base URL. */
	Profile chosenProfile() {
		if (!this.profile.equals(AUTO)) {
			return Objects.requireNonNull(this.profiles.get(this.profile));
		}
		return this.profiles.values()
			.stream()
			.filter((profile) -> profile.isAt(this.baseUrl))
			.findFirst()
			.orElseGet(() -> Objects.requireNonNull(this.profiles.get(OTHER)));
	}

	/** What the bound of an answer is called. */
	String tokenParameter() {
		String given = this.maxTokensParameter;
		return (given != null && !given.isBlank()) ? given : chosenProfile().tokenParameter();
	}

	/** Numbers, true and false from texts, as in environment variables. */
	static Map<String, Object> typed(Map<String, Object> parameters) {
		Map<String, Object> typed = new LinkedHashMap<>();
		parameters.forEach((parameter, value) -> typed.put(parameter, typed(value)));
		return typed;
	}

	private static Object typed(Object value) {
		if (!(value instanceof String text) || !SCALAR.matcher(text).matches()) {
			return value;
		}
		return Character.isLetter(text.charAt(0)) ? Boolean.valueOf(text) : new BigDecimal(text);
	}

	@AssertTrue(message = "clearview.model.profile must be auto or a name in clearview.model.profiles")
	boolean isProfileKnown() {
		return this.profile.equals(AUTO) || this.profiles.containsKey(this.profile);
	}

	@AssertTrue(message = "clearview.model.base-url must be an http or https URL")
	boolean isBaseUrlHttp() {
		return this.baseUrl.getHost() != null
				&& ("https".equals(this.baseUrl.getScheme()) || "http".equals(this.baseUrl.getScheme()));
	}

}
