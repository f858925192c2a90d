package io.clearview.classifier.identity;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * Notices that this process stood still (frozen, swapped out, a machine that slept), and
 * tells which requests were left behind by it. One that wakes finds requests in its
 * sockets whose gateways gave up long ago; to judge them would charge users for answers
 * that nobody reads.
 *
 * <p>
 * A gateway signs an assertion when it sends a request on, and waits 8 s for the answer.
 * So nobody waits for a request whose assertion is older than that, and a second for the
 * assertion's whole seconds. By that rule alone a gateway whose clock is behind by as
 * much would be refused everything, while the 60 s for which an assertion is valid, and
 * the skew that is allowed for, forgive it: an age is therefore believed only for some
 * seconds after a standstill, in which there is a better reason for it than a wrong
 * clock. A gateway with a wrong clock loses those seconds at worst, and its users see
 * their posts. One that is ahead has its left-behind requests judged, as they used to be.
 *
 * <p>
 * That the connection is closed cannot be gone by: a socket hands out the request before
 * it tells that the other end has closed.
 */
final class Standstill {

	/** How often {@link #beat()} is to be called. */
	static final Duration BEAT = Duration.ofMillis(500);

	private static final long MISSED = Duration.ofSeconds(3).toNanos();

	/** Long enough to take up everything that waits in sockets. */
	private static final long AFTERWARDS = Duration.ofSeconds(10).toNanos();

	private final Duration staleAfter;

	private final LongSupplier nanos;

	private final Clock clock;

	private volatile long beat;

	private volatile long ended;

	/**
	 * @param staleAfter age of an assertion whose request nobody waits for any more
	 * @param nanos time that goes on while this process does not
	 * @param clock of the wall
	 */
	Standstill(Duration staleAfter, LongSupplier nanos, Clock clock) {
		this.staleAfter = staleAfter;
		this.nanos = nanos;
		this.clock = clock;
		begin();
	}

	/** Starts afresh: a start that takes long is not a standstill. */
	void begin() {
		this.beat = this.nanos.getAsLong();
		this.ended = this.beat - AFTERWARDS;
	}

	/** Shows that this process runs. */
	void beat() {
		notice();
		this.beat = this.nanos.getAsLong();
	}

	/** Whether the gateway that signed then has given up meanwhile. */
	boolean leftBehind(Instant signed) {
		// the first requests after it may be taken up before the next beat
		notice();
		return this.nanos.getAsLong() - this.ended < AFTERWARDS
				&& signed.plus(this.staleAfter).isBefore(this.clock.instant());
	}

	private void notice() {
		if (this.nanos.getAsLong() - this.beat > MISSED) {
			stoodStill();
		}
	}

	/** It stood still until now. */
	void stoodStill() {
		this.ended = this.nanos.getAsLong();
	}

}
