package io.clearview.e2e.drill;

import java.time.Duration;
import java.util.List;

/**
 * How much load there is, and how long the drill looks.
 *
 * @param perSecond requests
 * @param users who send them, each well below its limits
 * @param broken how long a part stays broken, at least
 * @param recovery how long it may take until all is well, once every process is ready
 * @param breakerOpen how long the model's breaker stays open
 * @param redisTimeout how long Redis may take
 * @param softAge when a verdict is judged again
 * @param warmUp how long a service exercises itself before it is ready
 * @param drain how long a gateway that stops goes on taking requests at most
 * @param margin beyond the deadline of a request, for half of them
 * @param jvm options of every service
 */
record Pace(int perSecond, int users, Duration broken, Duration recovery, Duration breakerOpen, Duration redisTimeout,
		Duration softAge, Duration warmUp, Duration drain, Duration margin, List<String> jvm) {

	/** For every build, also on a busy machine: a look at each row. */
	static final Pace SHORT = new Pace(10, 100, Duration.ofSeconds(3), Duration.ofSeconds(60), Duration.ofSeconds(2),
			Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(2),
			Duration.ofSeconds(1),
			// quick to start, which is most of what a short drill does
			List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));

	/**
	 * For a person: as in production, but for the soft age, which nobody would wait for.
	 */
	static final Pace LONG = new Pace(40, 800, Duration.ofSeconds(30), Duration.ofSeconds(120), Duration.ofSeconds(60),
			Duration.ofMillis(50), Duration.ofSeconds(10), Duration.ofSeconds(4), Duration.ofSeconds(5),
			Duration.ofMillis(100), List.of("-Xmx384m", "-XX:+UseSerialGC"));

}
