package io.clearview.classifier.batch;

/**
 * Additive increase, multiplicative decrease, in the manner of Netflix's
 * concurrency-limits ({@code AIMDLimit}, {@code Gradient2Limit}). For each call that
 * ends:
 *
 * <pre>
 * if overloaded, or short &gt; 2 * long:   limit = max(1, 0.9 * limit)
 * else if inProgress &gt;= limit / 2:      limit = min(most, limit + 1 / limit)
 *
 * short = short + (took - short) / 8      what calls take now
 * long  = long  + (took - long) / 100     what they usually take
 * </pre>
 *
 * Only a call that began after the last decrease can decrease the limit again, so one
 * overload counts once. A full round of calls raises it by 1. A limit that is not used is
 * not raised.
 */
final class AimdLimit implements ConcurrencyLimit {

	private static final double BACKOFF = 0.9;

	private static final double TOLERANCE = 2;

	private static final double SHORT = 8;

	private static final double LONG = 100;

	private final int most;

	private double limit;

	private double shortNanos;

	private double longNanos;

	private long decreasedAt = Long.MIN_VALUE;

	/**
	 * A limit that begins with {@code most}.
	 * @param most never more than this
	 */
	AimdLimit(int most) {
		this.most = most;
		this.limit = most;
	}

	@Override
	public int calls() {
		return (int) this.limit;
	}

	@Override
	public void sample(long started, long ended, int inProgress, boolean overloaded) {
		long took = ended - started;
		if (!overloaded) {
			learn(took);
		}
		if (overloaded || this.shortNanos > TOLERANCE * this.longNanos) {
			if (started >= this.decreasedAt) {
				this.decreasedAt = ended;
				this.limit = Math.max(1, BACKOFF * this.limit);
			}
		}
		else if (inProgress * 2 >= calls()) {
			this.limit = Math.min(this.most, this.limit + 1 / this.limit);
		}
	}

	private void learn(long took) {
		this.shortNanos = (this.shortNanos == 0) ? took : this.shortNanos + (took - this.shortNanos) / SHORT;
		this.longNanos = (this.longNanos == 0) ? took : this.longNanos + (took - this.longNanos) / LONG;
	}

}
