package io.clearview.bench.simulate;

import io.clearview.classifier.quota.Limits;

/**
 * How people use the extension.
 *
 * @param users who have it
 * @param activeShare of them, on this day
 * @param sessions a day an active user has, on average
 * @param requests in a session, on average
 * @param secondsBetween requests, on average
 */
record Habits(int users, double activeShare, double sessions, double requests, double secondsBetween) {

	/**
	 * A hundred thousand users, a fifth of them active, about 460 posts each: as many as
	 * made the design replaced cost the $100 to $200 a day that it did.
	 */
	static final Habits TYPICAL = new Habits(100_000, 0.2, 5, 16, 20);

	/** What the free tier grants, which everybody has. */
	static final Limits FREE = new Limits(1000, 50, "Free tier");

	int active() {
		return (int) (this.users * this.activeShare);
	}

	Habits scaled(double scale) {
		return new Habits((int) (this.users * scale), this.activeShare, this.sessions, this.requests,
				this.secondsBetween);
	}

}
