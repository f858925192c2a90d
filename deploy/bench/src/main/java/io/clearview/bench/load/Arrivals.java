package io.clearview.bench.load;

/** When requests should be sent. */
sealed interface Arrivals {

	/** There is no such request. */
	long NEVER = Long.MAX_VALUE;

	/**
	 * When the request of that number should be sent, in nanoseconds since the start.
	 * @param now the same clock, now
	 */
	long intended(long number, long now);

	/**
	 * Open loop: whatever becomes of the requests before it, each has its time. Latency
	 * counts from there, so a stall is charged to every request that it kept waiting, not
	 * only to the one it caught.
	 */
	record Constant(double perSecond) implements Arrivals {

		@Override
		public long intended(long number, long now) {
			return (long) (number / this.perSecond * 1e9);
		}

	}

	/** Closed loop: as soon as a connection is free, and not more than so many in all. */
	record Saturating(long requests) implements Arrivals {

		@Override
		public long intended(long number, long now) {
			return (number < this.requests) ? now : NEVER;
		}

	}

}
