package io.clearview.classifier.model.openai;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

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
 * {@code max_tokens} or {@code max_completion_tokens}
 * @param parameters more of the request, such as {@code temperature}; numbers, true and
 * false are such also when they come as text, as from an environment variable
 * @param maxAnswer a longer body is garbage
 * @param connectTimeout of a new connection
 * @param connections at most
 */
@ConfigurationProperties("clearview.model")
@ConditionalOnProperty(name = "clearview.model.kind", havingValue = "openai")
@Validated
record OpenAiProperties(@DefaultValue("https://api.openai.com/v1") URI baseUrl, @NotBlank String name,
		@Nullable String keys, @DefaultValue("5s") @DurationMin(millis = 10) Duration keysPoll,
		@DefaultValue("max_tokens") @NotBlank String maxTokensParameter, @DefaultValue Map<String, Object> parameters,
		@DefaultValue("256KB") DataSize maxAnswer, @DefaultValue("1s") @DurationMin(millis = 1) Duration connectTimeout,
		@DefaultValue("64") @Positive int connections) {

	private static final Pattern SCALAR = Pattern.compile("-?\\d{1,9}(\\.\\d{1,9})?|true|false");

	OpenAiProperties {
		Map<String, Object> typed = new LinkedHashMap<>();
		parameters.forEach((parameter, value) -> typed.put(parameter, typed(value)));
		parameters = typed;
	}

	private static Object typed(Object value) {
		if (!(value instanceof String text) || !SCALAR.matcher(text).matches()) {
			return value;
		}
		return Character.isLetter(text.charAt(0)) ? Boolean.valueOf(text) : new BigDecimal(text);
	}

	@AssertTrue(message = "clearview.model.base-url must be an http or https URL")
	boolean isBaseUrlHttp() {
		return this.baseUrl.getHost() != null
				&& ("https".equals(this.baseUrl.getScheme()) || "http".equals(this.baseUrl.getScheme()));
	}

}
