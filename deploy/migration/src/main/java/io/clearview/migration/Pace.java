package io.clearview.migration;

import java.time.Duration;
import java.util.List;

/**
 * How many users there are, and how long each step is looked at.
 *
 * @param users who have a token of the old backend
 * @param heavyUsers those besides who read more than their limits allow
 * @param heavyEvery how long one of those waits between two batches of ten
 * @param perSecond requests of all others together
 * @param signUps new users a step
 * @param step how long requests are sent in each step
 * @param daily posts a user may read a day, on both sides
 * @param verdictModes whether the classifier's way from memory to Redis is played
 * @param campus users behind one /24; 0: that is left out
 * @param jvm options of every service
 */
record Pace(int users, int heavyUsers, Duration heavyEvery, int perSecond, int signUps, Duration step, int daily,
		boolean verdictModes, int campus, List<String> jvm) {

	/** For every build. */
	static final Pace SHORT = new Pace(160, 2, Duration.ofSeconds(4), 25, 1, Duration.ofMillis(1200), 1000, false, 0,
			List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));

	/** For a person. The day is short of posts, so that some users come to its end. */
	static final Pace WHOLE = new Pace(400, 6, Duration.ofMillis(12_500), 12, 3, Duration.ofSeconds(8), 200, true, 3000,
			List.of("-Xmx320m", "-XX:+UseSerialGC"));

}
