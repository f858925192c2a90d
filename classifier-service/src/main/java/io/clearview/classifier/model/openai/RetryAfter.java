package io.clearview.classifier.model.openai;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

import org.springframework.http.HttpHeaders;

/**
 * How long a provider wants to be left alone: {@code Retry-After}, in seconds or a date.
 */
final class RetryAfter {

	private static final Duration LONGEST = Duration.ofHours(1);

	private RetryAfter() {
	}

	/** Zero if it does not say, or not readably. An hour at most. */
	static Duration of(HttpHeaders headers, Instant now) {
		String millis = headers.getFirst("retry-after-ms");
		String value = headers.getFirst(HttpHeaders.RETRY_AFTER);
		Duration wait = (millis != null) ? number(millis, 1) : Duration.ZERO;
		if (wait.isZero() && value != null) {
			wait = number(value, 1_000);
			wait = wait.isZero() ? date(value, now) : wait;
		}
		return (wait.compareTo(LONGEST) > 0) ? LONGEST : wait;
	}

	private static Duration number(String value, long unitMillis) {
		try {
			double amount = Math.min(Double.parseDouble(value), (double) LONGEST.toMillis());
			return (amount > 0) ? Duration.ofMillis((long) Math.ceil(amount * unitMillis)) : Duration.ZERO;
		}
		catch (NumberFormatException _) {
			return Duration.ZERO;
		}
	}

	private static Duration date(String value, Instant now) {
		try {
			Instant then = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
			return then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO;
		}
		catch (DateTimeParseException _) {
			return Duration.ZERO;
		}
	}

}
