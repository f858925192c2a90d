package io.clearview.bench.workload;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Ranks from 0 whose probability falls with {@code 1 / (rank + 1)^exponent}. Drawn by
 * bisection of the cumulated weights.
 */
final class Zipf {

	private final double[] cumulated;

	Zipf(int ranks, double exponent) {
		this.cumulated = new double[ranks];
		double sum = 0;
		for (int rank = 0; rank < ranks; rank++) {
			sum += Math.pow(rank + 1, -exponent);
			this.cumulated[rank] = sum;
		}
	}

	int draw(RandomGenerator random) {
		double point = random.nextDouble() * this.cumulated[this.cumulated.length - 1];
		int place = Arrays.binarySearch(this.cumulated, point);
		return Math.min((place >= 0) ? place + 1 : -place - 1, this.cumulated.length - 1);
	}

}
