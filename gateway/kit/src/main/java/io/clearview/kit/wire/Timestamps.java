package io.clearview.kit.wire;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/**
 * Instants in UTC with exactly three digits of a second, as JavaScript's
 * {@code toISOString} writes them. {@link Instant#toString()} drops zeros.
 */
public final class Timestamps {

	private static final DateTimeFormatter FORM = new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

	private Timestamps() {
	}

	/** As in {@code 2026-11-23T15:44:54.447Z}. */
	public static String format(Instant instant) {
		return FORM.format(instant);
	}

}
