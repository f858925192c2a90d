package io.clearview.kit.durable;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which durable store there is, and how it is reached.
 *
 * @param kind which one; with {@code none} nothing of it is loaded, and all else here is
 * ignored
 * @param project the Google Cloud project
 * @param database the Firestore database, {@code (default)} where there is one only
 * @param emulator host and port of an emulator, or null for Google's servers
 * @param libraries directory of the store's libraries; null: they are on the class path
 * @param timeout the most time that a read may take which a request waits for
 * @param backgroundTimeout the most time that a write may take, or a page of a collection
 * @param retryAfter how long no call is made after the store was found to be unavailable
 * @param interval the time between two writes of what may wait
 * @param mostWaiting the most documents of a queue that wait to be written
 * @param readsPerSecond the most documents of a collection that requests read in a
 * second, in each instance
 */
@ConfigurationProperties(DurableSettings.PREFIX)
public record DurableSettings(@DefaultValue("none") Kind kind, @DefaultValue("") String project,
		@DefaultValue("(default)") String database, @Nullable String emulator, @Nullable Path libraries,
		@DefaultValue("300ms") Duration timeout, @DefaultValue("5s") Duration backgroundTimeout,
		@DefaultValue("10s") Duration retryAfter, @DefaultValue("30s") Duration interval,
		@DefaultValue("20000") int mostWaiting, @DefaultValue("500") int readsPerSecond) {

	static final String PREFIX = "clearview.durable";

	public DurableSettings {
		if (kind != Kind.NONE) {
			check(!project.isBlank(), "project", "name the Google Cloud project", project);
			check(!database.isBlank(), "database", "name the Firestore database", database);
			check(emulator == null || emulator.matches("[^:/\\s]+:\\d{1,5}"), "emulator", "be host:port", emulator);
			check(isPositive(timeout), "timeout", "be longer than 0", timeout);
			check(isPositive(backgroundTimeout), "background-timeout", "be longer than 0", backgroundTimeout);
			check(isPositive(retryAfter), "retry-after", "be longer than 0", retryAfter);
			check(isPositive(interval), "interval", "be longer than 0", interval);
			check(mostWaiting > 0, "most-waiting", "be 1 or more", mostWaiting);
			check(readsPerSecond > 0, "reads-per-second", "be 1 or more", readsPerSecond);
		}
	}

	private static boolean isPositive(Duration time) {
		return time.isPositive();
	}

	private static void check(boolean good, String setting, String expected, @Nullable Object value) {
		if (!good) {
			throw new IllegalArgumentException(
					"%s.%s must %s, but is '%s'".formatted(PREFIX, setting, expected, value));
		}
	}

	/** The durable stores there are. */
	public enum Kind {

		/** None: what is not in Redis is nowhere. */
		NONE,

		/** Google Cloud Firestore in native mode. */
		FIRESTORE

	}

}
