package io.clearview.migration;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What the old backend counts of one token, in its memory. Safe for several threads. */
final class OldAccount {

	private static final Duration WINDOW = Duration.ofSeconds(60);

	private final Deque<Counted> recent = new ArrayDeque<>();

	private @Nullable LocalDate day;

	private int today;

	/**
	 * Limits of a tier.
	 *
	 * @param daily posts a UTC day
	 * @param burst posts in any 60 s
	 */
	record Limits(int daily, int burst) {
	}

	/** The error code of what forbids so many posts now; empty when nothing does. */
	synchronized String refusal(Limits limits, int posts, Instant now) {
		if (usedToday(now) + posts > limits.daily()) {
			return "QUOTA_EXCEEDED";
		}
		return (usedLately(now) + posts > limits.burst()) ? "BURST_LIMIT_EXCEEDED" : "";
	}

	synchronized void count(int posts, Instant now) {
		this.today = usedToday(now) + posts;
		this.recent.add(new Counted(now, posts));
	}

	synchronized int usedToday(Instant now) {
		LocalDate date = LocalDate.ofInstant(now, ZoneOffset.UTC);
		if (!date.equals(this.day)) {
			this.day = date;
			this.today = 0;
		}
		return this.today;
	}

	/** Posts in the last 60 s. */
	synchronized int usedLately(Instant now) {
		while (!this.recent.isEmpty() && !this.recent.element().at().isAfter(now.minus(WINDOW))) {
			this.recent.remove();
		}
		return this.recent.stream().mapToInt(Counted::posts).sum();
	}

	private record Counted(Instant at, int posts) {
	}

}
