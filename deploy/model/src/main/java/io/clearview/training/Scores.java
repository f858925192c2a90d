package io.clearview.training;

/** Counts labels against those that people gave. Not safe for several threads. */
final class Scores {

	private int hits;

	private int misses;

	private int falsePositives;

	private int shown;

	void add(boolean wanted, boolean hidden) {
		if (wanted) {
			this.hits += hidden ? 1 : 0;
			this.misses += hidden ? 0 : 1;
		}
		else {
			this.falsePositives += hidden ? 1 : 0;
			this.shown += hidden ? 0 : 1;
		}
	}

	double precision() {
		return ratio(this.hits, this.hits + this.falsePositives);
	}

	double recall() {
		return ratio(this.hits, this.hits + this.misses);
	}

	double f1() {
		return ratio(2 * this.hits, 2 * this.hits + this.misses + this.falsePositives);
	}

	/** Share of the posts to be shown that were hidden. */
	double falsePositiveRate() {
		return ratio(this.falsePositives, this.falsePositives + this.shown);
	}

	private static double ratio(int part, int whole) {
		return (whole == 0) ? 0 : (double) part / whole;
	}

}
