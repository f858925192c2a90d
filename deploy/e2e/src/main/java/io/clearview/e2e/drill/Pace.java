package io.clearview.e2e.drill;

import java.time.Duration;

/**
 * How long the drill looks.
 *
 * @param perSecond requests
 * @param broken how long a part stays broken, at least
 * @param recovery how long the system may take until it is whole again
 * @param breakerOpen how long the model's breaker stays open
 * @param redisTimeout how long Redis may take
 */
record Pace(int perSecond, Duration broken, Duration recovery, Duration breakerOpen, Duration redisTimeout) {

	/** For every build, also on a busy machine: a look at each row. */
	static final Pace SHORT = new Pace(20, Duration.ofSeconds(3), Duration.ofSeconds(40), Duration.ofSeconds(2),
			Duration.ofMillis(500));

	/** For a person: as in production. */
	static final Pace LONG = new Pace(40, Duration.ofSeconds(30), Duration.ofSeconds(120), Duration.ofSeconds(60),
			Duration.ofMillis(50));

}
