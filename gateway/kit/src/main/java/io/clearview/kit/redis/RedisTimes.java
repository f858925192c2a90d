package io.clearview.kit.redis;

import java.time.Duration;

/**
 * How long Redis may take.
 *
 * @param timeout a call that takes longer has failed
 * @param longTimeout the same for a call without a fallback; also for how long such a
 * call waits for the end of an outage that has just begun. Raised to {@code timeout} when
 * it is shorter
 * @param probe how often an unavailable Redis is probed
 * @param startup how long a start waits for Redis before it goes on without
 */
public record RedisTimes(Duration timeout, Duration longTimeout, Duration probe, Duration startup) {

	public RedisTimes {
		longTimeout = (longTimeout.compareTo(timeout) < 0) ? timeout : longTimeout;
	}

}
