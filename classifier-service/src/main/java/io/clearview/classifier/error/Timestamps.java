package io.clearview.classifier.error;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/** Points in time as the contract writes them: UTC, always with milliseconds. */
public final class Timestamps {

	private static final DateTimeFormatter FORM = new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

	private Timestamps() {
	}

	public static String format(Instant instant) {
		return FORM.format(instant);
	}

}
