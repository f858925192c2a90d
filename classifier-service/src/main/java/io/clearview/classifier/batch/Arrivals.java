package io.clearview.classifier.batch;

import java.time.Duration;

/**
 * Estimates how fast posts of one preference come, from what came before the burst that
 * is coming in now. A burst is what arrives with gaps of at most a millisecond, for four
 * milliseconds at most: the posts of one request. That a request came says nothing of a
 * next one, so the burst at hand does not count, and the first request on an idle system
 * is not kept waiting for a second.
 *
 * <p>
 * The rate is a sum over earlier posts, each weighing
 * {@code exp(-age / memory) / memory}.
 */
final class Arrivals {

	static final long GAP = Duration.ofMillis(1).toNanos();

	static final long BURST = Duration.ofMillis(4).toNanos();

	static final double MEMORY = Duration.ofMillis(500).toNanos();

	/** After so long without a post the rate is as good as none. */
	static final long FORGOTTEN = Duration.ofMillis(2_500).toNanos();

	private double weight;

	private long weighedNanos;

	private int burst;

	private long burstNanos;

	private long lastNanos;

	void arrived(long now) {
		if (this.burst > 0 && (now - this.lastNanos > GAP || now - this.burstNanos > BURST)) {
			this.weight = weight(this.burstNanos) + this.burst;
			this.weighedNanos = this.burstNanos;
			this.burst = 0;
		}
		if (this.burst++ == 0) {
			this.burstNanos = now;
		}
		this.lastNanos = now;
	}

	/** Posts a nanosecond, as far as is known. */
	double rate(long now) {
		return weight(now) / MEMORY;
	}

	/** When the burst at hand is over, if nothing more comes. */
	long burstEnds() {
		return Math.min(this.lastNanos + GAP, this.burstNanos + BURST);
	}

	/** When nothing is left worth remembering, if nothing more comes. */
	long forgottenAt() {
		return this.lastNanos + FORGOTTEN;
	}

	private double weight(long now) {
		return (this.weight == 0) ? 0 : this.weight * Math.exp((this.weighedNanos - now) / MEMORY);
	}

}
