package io.clearview.classifier.model.openai;

import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How providers say what is wrong. An entry is the name of a code, a type, a reason or a
 * property in the error ({@code *part} for a part of a name); one with a space or an
 * underscore may also be a part of its message. A key's fault is believed only at the
 * message's beginning, where no user's text stands.
 *
 * @param badKey the API key is not valid
 * @param unpaid the API key's account has no credit
 * @param quota a quota of the day or a budget is used up
 * @param rateLimit too many requests or tokens lately
 * @param tooLong the prompt does not fit
 * @param declined a filter or the model declined
 * @param loading the model is not ready yet
 * @param failedGeneration the model wrote no valid JSON
 * @param format the response format is not supported
 * @param tokenParameter the other name of the token parameter is wanted
 * @param unknownModel the provider does not offer the model
 * @param unknownAddress there are no chat completions at the address
 */
record Signals(@DefaultValue List<String> badKey, @DefaultValue List<String> unpaid, @DefaultValue List<String> quota,
		@DefaultValue List<String> rateLimit, @DefaultValue List<String> tooLong, @DefaultValue List<String> declined,
		@DefaultValue List<String> loading, @DefaultValue List<String> failedGeneration,
		@DefaultValue List<String> format, @DefaultValue List<String> tokenParameter,
		@DefaultValue List<String> unknownModel, @DefaultValue List<String> unknownAddress) {

	/** Whether an error has one of {@code signals} anywhere. */
	static boolean in(List<String> signals, Set<String> names, String message) {
		return signals.stream()
			.map((signal) -> signal.toLowerCase(Locale.ROOT))
			.anyMatch((signal) -> named(signal, names) || (isPhrase(signal) && message.contains(signal)));
	}

	/** Whether an error has one of {@code signals} where no user's text can be. */
	static boolean surely(List<String> signals, Set<String> names, String message) {
		return signals.stream()
			.map((signal) -> signal.toLowerCase(Locale.ROOT))
			.anyMatch((signal) -> named(signal, names) || (isPhrase(signal) && message.startsWith(signal)));
	}

	private static boolean named(String signal, Set<String> names) {
		return signal.startsWith("*") ? names.stream().anyMatch((name) -> name.contains(signal.substring(1)))
				: names.contains(signal);
	}

	private static boolean isPhrase(String signal) {
		return signal.indexOf(' ') >= 0 || signal.indexOf('_') >= 0;
	}

}
