package io.clearview.classifier.model.guard;

import java.util.Arrays;

/**
 * Sum of the last 60 seconds, in buckets of one second. Not safe for use by several
 * threads.
 */
final class MinuteWindow {

	/** A second counts until it is a whole minute past. */
	private static final int SECONDS = 61;

	private final long[] amounts = new long[SECONDS];

	private final long[] seconds = new long[SECONDS];

	MinuteWindow() {
		Arrays.fill(this.seconds, Long.MIN_VALUE);
	}

	void add(long second, long amount) {
		int slot = Math.floorMod(second, SECONDS);
		if (this.seconds[slot] < second) {
			this.seconds[slot] = second;
			this.amounts[slot] = 0;
		}
		if (this.seconds[slot] == second) {
			this.amounts[slot] = Math.max(0, this.amounts[slot] + amount);
		}
	}

	long sum(long now) {
		long sum = 0;
		for (int slot = 0; slot < SECONDS; slot++) {
			if (this.seconds[slot] > now - SECONDS) {
				sum += this.amounts[slot];
			}
		}
		return sum;
	}

}
