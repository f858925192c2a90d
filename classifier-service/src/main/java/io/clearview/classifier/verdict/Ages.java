package io.clearview.classifier.verdict;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Tells how old a verdict may be. The soft age differs from key to key by up to a tenth
 * either way, so that what was judged together is not judged again together; for one key
 * it is the same on every instance.
 */
public final class Ages {

	private final Clock clock;

	private final long soft;

	private final long hard;

	/**
	 * Makes one.
	 * @param clock of the wall
	 * @param soft age, give or take a tenth, up to which a verdict answers by itself
	 * @param hard age up to which it is better than none
	 */
	public Ages(Clock clock, Duration soft, Duration hard) {
		this.clock = clock;
		this.soft = soft.toMillis();
		this.hard = hard.toMillis();
	}

	/** Milliseconds since 1970. */
	public long now() {
		return this.clock.millis();
	}

	/** Whether a verdict answers by itself. */
	public boolean isFresh(VerdictKey key, Entry entry, long now) {
		return entry.judgedMillis() > freshSince(key, now);
	}

	/** A verdict given before is not fresh, whatever its key. */
	long freshSinceAtMost(long now) {
		return now - (long) (this.soft * 1.1);
	}

	/** When a verdict must have been given to be fresh: after this, in milliseconds. */
	long freshSince(VerdictKey key, long now) {
		double place = (key.low() >>> 11) * 0x1.0p-53;
		return now - (long) (this.soft * (0.9 + 0.2 * place));
	}

	/** Whether a verdict is better than none. */
	boolean isUsable(Entry entry, long now) {
		return left(entry, now) > 0;
	}

	/** When a verdict is of no use any more. */
	Instant expires(Entry entry) {
		return Instant.ofEpochMilli(entry.judgedMillis() + this.hard);
	}

	/** Milliseconds until a verdict is of no use at all. */
	long left(Entry entry, long now) {
		return entry.judgedMillis() + this.hard - now;
	}

}
