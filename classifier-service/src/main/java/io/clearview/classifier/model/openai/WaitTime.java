package io.clearview.classifier.model.openai;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How long the body of an error says to wait: Gemini's {@code retryDelay}, a
 * {@code retry_after}, OpenRouter's {@code X-RateLimit-Reset} among the headers that it
 * repeats (in milliseconds since 1970), or words like "try again in 1.5s".
 */
final class WaitTime {

	private static final Duration LONGEST = Duration.ofHours(1);

	private static final String RESET = "X-RateLimit-Reset";

	/** Smaller numbers are seconds, and of what differs by provider. */
	private static final double EPOCH_MILLIS = 1e12;

	private static final String AMOUNT = "(?:(\\d{1,4})h)?(?:(\\d{1,5})m(?!s|i))?"
			+ "(?:(\\d{1,6}(?:\\.\\d{1,9})?)\\s?(ms|milliseconds?|s|seconds?|minutes?))?";

	private static final Pattern DELAY = Pattern.compile(AMOUNT);

	private static final Pattern WORDS = Pattern.compile(
			"(?:try again|retry|retry after|wait|available|reset)[a-z ]{0,20}? (?:in|after|for)? ?(?=\\d)" + AMOUNT);

	private WaitTime() {
	}

	/**
	 * Zero if it says nothing. An hour at most.
	 * @param message of the error, in lower case
	 * @param now when the error came
	 */
	static Duration in(JsonNode error, String message, Instant now) {
		Duration wait = structured(error, now, 0);
		if (wait.isZero()) {
			Matcher words = WORDS.matcher(message);
			wait = words.find() ? amount(words) : Duration.ZERO;
		}
		return (wait.compareTo(LONGEST) > 0) ? LONGEST : wait;
	}

	private static Duration structured(JsonNode node, Instant now, int depth) {
		if (depth > 5) {
			return Duration.ZERO;
		}
		for (JsonNode child : node) {
			if (child.isContainer()) {
				Duration wait = structured(child, now, depth + 1);
				if (!wait.isZero()) {
					return wait;
				}
			}
		}
		Matcher delay = DELAY.matcher(node.path("retryDelay").asString(""));
		if (delay.matches()) {
			Duration wait = amount(delay);
			if (!wait.isZero()) {
				return wait;
			}
		}
		double millis = node.path("retry_after_ms").asDouble(0);
		double seconds = node.path("retry_after").asDouble(node.path("retry_after_seconds").asDouble(0));
		Duration wait = millis(Math.max(millis, 1_000 * seconds));
		return wait.isZero() ? untilReset(node, now) : wait;
	}

	/**
	 * Until the time in milliseconds since 1970; zero if there is none, or it is over.
	 */
	private static Duration untilReset(JsonNode headers, Instant now) {
		return headers.properties()
			.stream()
			.filter((header) -> RESET.equalsIgnoreCase(header.getKey()))
			.findFirst()
			.map((header) -> header.getValue().asDouble(0))
			.filter((reset) -> reset >= EPOCH_MILLIS)
			.map((reset) -> millis(reset - now.toEpochMilli()))
			.orElse(Duration.ZERO);
	}

	private static Duration amount(Matcher match) {
		double millis = 3_600_000 * number(match.group(1)) + 60_000 * number(match.group(2));
		String unit = match.group(4);
		double amount = number(match.group(3));
		if (unit != null) {
			millis += unit.startsWith("m") ? (unit.startsWith("min") ? 60_000 : 1) * amount : 1_000 * amount;
		}
		return millis(millis);
	}

	private static double number(@Nullable String digits) {
		return (digits != null) ? Double.parseDouble(digits) : 0;
	}

	private static Duration millis(double millis) {
		return (millis > 0) ? Duration.ofMillis((long) Math.ceil(Math.min(millis, (double) LONGEST.toMillis())))
				: Duration.ZERO;
	}

}
