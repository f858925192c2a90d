package io.clearview.classifier.quota;

/**
 * What is charged to a user at a moment. Times are in milliseconds since 1970.
 *
 * @param limits of the user's tier
 * @param now the moment
 * @param daily posts charged this UTC day; may be over the limit after the limit was
 * lowered
 * @param burst posts charged in the last 60 seconds
 * @param burstFirst when the first of {@code burst} leaves the 60 seconds
 * @param burstLast when the last does
 */
public record Usage(Limits limits, long now, long daily, long burst, long burstFirst, long burstLast) {

	/** Length of the burst's window, in milliseconds. */
	public static final int WINDOW_MILLIS = 60_000;

	static final long DAY_MILLIS = 86_400_000;

	public long dailyRemaining() {
		return Math.max(0, this.limits.daily() - this.daily);
	}

	public long burstRemaining() {
		return Math.max(0, this.limits.burst() - this.burst);
	}

	/** What it will be once so many posts are given back. */
	public Usage without(int posts) {
		return new Usage(this.limits, this.now, Math.max(0, this.daily - posts), Math.max(0, this.burst - posts),
				this.burstFirst, this.burstLast);
	}

	/** When the day ends, at 00:00 UTC. */
	public long dailyResetAt() {
		return (day() + 1) * DAY_MILLIS;
	}

	/** The UTC day, counted from 1970-01-01. */
	long day() {
		return Math.floorDiv(this.now, DAY_MILLIS);
	}

}
