package io.clearview.bench.capacity;

/**
 * What a day of people asks.
 *
 * @param people who use it on that day
 * @param requestsOfPerson a day
 * @param peak requests a second at the busiest time of day, as a multiple of the mean
 */
record Load(long people, double requestsOfPerson, double peak) {

	private static final double SECONDS_OF_DAY = 86_400;

	double requestsOfDay() {
		return this.people * this.requestsOfPerson;
	}

	/** Requests a second at the busiest time. */
	double peakRate() {
		return requestsOfDay() / SECONDS_OF_DAY * this.peak;
	}

}
