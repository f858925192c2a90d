package io.clearview.bench.simulate;

import java.time.Duration;
import java.util.List;

/**
 * A way to remember verdicts, in so far as it decides what is asked again.
 *
 * @param name of the last measure it takes
 * @param instances among which requests are spread at random
 * @param entries each instance remembers at most; 0 for one memory that all share
 * @param age after which a verdict is asked again
 * @param canonical whether the same wish or post in another spelling is the same
 * @param singleFlight whether what is being asked is not asked again meanwhile
 */
record Design(String name, int instances, int entries, Duration age, boolean canonical, boolean singleFlight) {

	private static final Duration OLD_AGE = Duration.ofHours(1);

	private static final Duration AGE = Duration.ofHours(6);

	/** From the design replaced, one measure after the other. */
	static List<Design> measures(int instances) {
		return List.of(new Design("the design replaced", instances, 10_000, OLD_AGE, false, false),
				new Design("+ shared cache", instances, 0, OLD_AGE, false, false),
				new Design("+ 6 h age", instances, 0, AGE, false, false),
				new Design("+ canonical keys", instances, 0, AGE, true, false),
				new Design("+ single-flight", instances, 0, AGE, true, true));
	}

}
