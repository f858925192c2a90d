package io.clearview.bench.simulate;

/**
 * How people use the extension.
 *
 * @param users who have it
 * @param activeShare of them, on this day
 * @param sessions a day an active user has, on average
 * @param requests of ten posts in a session, on average
 * @param secondsBetween requests, on average
 */
record Habits(int users, double activeShare, double sessions, double requests, double secondsBetween) {

	/** A hundred thousand users, a fifth of them active, about 240 posts each. */
	static final Habits TYPICAL = new Habits(100_000, 0.2, 3, 8, 20);

	int active() {
		return (int) (this.users * this.activeShare);
	}

	Habits scaled(double scale) {
		return new Habits((int) (this.users * scale), this.activeShare, this.sessions, this.requests,
				this.secondsBetween);
	}

}
