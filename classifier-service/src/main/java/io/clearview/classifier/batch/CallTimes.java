package io.clearview.classifier.batch;

import java.time.Duration;
import java.util.Arrays;

/**
 * What calls to the model take lately: a high quantile of the last {@value #CALLS} calls
 * that ended within the last 10 s.
 *
 * <p>
 * With the durations {@code d[1] <= ... <= d[n]} of these calls it is {@code 1.1 *
 * d[ceil(0.95 * n)]}, and 100 ms while there are none. Calls that timed out count with
 * what they took. Old calls are forgotten, so that one bad minute cannot keep posts from
 * ever being sent again.
 *
 * <p>
 * Times are in nanoseconds. Not for several threads at once.
 */
final class CallTimes {

	static final int CALLS = 128;

	static final long DEFAULT = Duration.ofMillis(100).toNanos();

	private static final long MEMORY = Duration.ofSeconds(10).toNanos();

	private static final double QUANTILE = 0.95;

	private static final double MARGIN = 1.1;

	private final long[] took = new long[CALLS];

	private final long[] ended = new long[CALLS];

	private int count;

	private int next;

	private long needed = DEFAULT;

	/** A call has ended. */
	void add(long took, long now) {
		this.took[this.next] = took;
		this.ended[this.next] = now;
		this.next = (this.next + 1) % CALLS;
		this.count = Math.min(this.count + 1, CALLS);
		this.needed = quantile(now);
	}

	/** Time that a call is to be given. */
	long needed(long now) {
		int last = (this.next + CALLS - 1) % CALLS;
		if (this.count > 0 && now - this.ended[last] > MEMORY) {
			this.count = 0;
			this.needed = DEFAULT;
		}
		return this.needed;
	}

	private long quantile(long now) {
		long[] recent = new long[this.count];
		int size = 0;
		for (int back = 1; back <= this.count; back++) {
			int i = (this.next + CALLS - back) % CALLS;
			if (now - this.ended[i] <= MEMORY) {
				recent[size++] = this.took[i];
			}
		}
		Arrays.sort(recent, 0, size);
		return (long) (MARGIN * recent[(int) Math.ceil(QUANTILE * size) - 1]);
	}

}
