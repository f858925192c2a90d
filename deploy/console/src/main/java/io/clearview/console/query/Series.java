package io.clearview.console.query;

import java.util.Arrays;

/**
 * The last values of one metric with one set of labels, one for each scrape; not a number
 * where it was not seen. Not safe for use by several threads.
 */
final class Series {

	private final double[] values;

	private long last;

	Series(int capacity) {
		this.values = new double[capacity];
		Arrays.fill(this.values, Double.NaN);
	}

	/**
	 * Sets the value of a scrape.
	 * @param scrape its number, counted from 0
	 */
	void set(long scrape, double value) {
		// what lies between was not seen
		for (long missed = Math.max(this.last + 1, scrape - this.values.length + 1); missed < scrape; missed++) {
			this.values[slot(missed)] = Double.NaN;
		}
		this.values[slot(scrape)] = value;
		this.last = scrape;
	}

	/** The value of a scrape; not a number when there is none. */
	double get(long scrape) {
		return (scrape > this.last || scrape < 0 || scrape <= this.last - this.values.length) ? Double.NaN
				: this.values[slot(scrape)];
	}

	/** The last scrape that it was seen in. */
	long last() {
		return this.last;
	}

	private int slot(long scrape) {
		return (int) (scrape % this.values.length);
	}

}
