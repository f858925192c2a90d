package io.clearview.kit.durable;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How the durable store is reached.
 *
 * @param project the Google Cloud project
 * @param database the Firestore database, {@code (default)} where there is one only
 * @param emulator host and port of an emulator, or null for Google's servers
 * @param timeout the most time that a call may take
 * @param retryAfter how long no call is made after the store was found to be unavailable
 */
public record DurableSettings(String project, String database, @Nullable String emulator, Duration timeout,
		Duration retryAfter) {

	public DurableSettings {
		if (project.isBlank()) {
			throw new IllegalArgumentException("clearview.durable.project must name the Google Cloud project");
		}
		if (emulator != null && !emulator.matches("[^:/]+:\\d{1,5}")) {
			throw new IllegalArgumentException(
					"clearview.durable.emulator must be host:port, but is '" + emulator + "'");
		}
	}

}
