package io.clearview.gateway.wire;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * The contract's instants: UTC with exactly three digits of a second, as JavaScript's
 * {@code toISOString} writes them. {@link Instant#toString()} drops zeros.
 */
public final class Timestamps {

	private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
		.withZone(ZoneOffset.UTC);

	private Timestamps() {
	}

	/** As in {@code 2026-11-23T15:44:54.447Z}. */
	public static String format(Instant instant) {
		return FORMAT.format(instant);
	}

}
