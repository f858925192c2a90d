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

	/** What is replaced: eight instances, each with its own LRU. */
	static final Design OLD = new Design("the design replaced", 8, 10_000, Duration.ofHours(1), false, false);

	static final Design SHARED = new Design("+ shared cache", 8, 0, OLD.age, false, false);

	static final Design LONGER = new Design("+ 6 h age", 8, 0, Duration.ofHours(6), false, false);

	static final Design CANONICAL = new Design("+ canonical keys", 8, 0, LONGER.age, true, false);

	static final Design SINGLE_FLIGHT = new Design("+ single-flight", 8, 0, LONGER.age, true, true);

	/** From the design replaced, one measure after the other. */
	static List<Design> measures() {
		return List.of(OLD, SHARED, LONGER, CANONICAL, SINGLE_FLIGHT);
	}

}
