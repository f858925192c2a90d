package io.clearview.e2e;

import java.time.Duration;
import java.util.Locale;

/** Durations for a person. */
public final class Durations {

	private Durations() {
	}

	/** Milliseconds below a second, else seconds with one decimal. */
	public static String text(Duration duration) {
		long millis = duration.toMillis();
		return (millis < 1000) ? millis + " ms" : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
	}

}
