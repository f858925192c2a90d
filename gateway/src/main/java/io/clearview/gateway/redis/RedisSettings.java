package io.clearview.gateway.redis;

import java.time.Duration;

import io.clearview.kit.redis.RedisTimes;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long redis-state may take. Where it is, {@code spring.data.redis.url} says.
 *
 * @param timeout a command that takes longer has failed
 * @param patience the same for a command that nothing can stand in for; also for how long
 * such a one waits for the end of an outage that has just begun. At least the time-out
 * @param probe how often an unavailable Redis is probed
 * @param startup how long a start waits for Redis before it goes on without
 */
@Validated
@ConfigurationProperties("clearview.redis")
record RedisSettings(@DefaultValue("50ms") @DurationMin(millis = 1) Duration timeout,
		@DefaultValue("2s") @DurationMin(millis = 1) Duration patience,
		@DefaultValue("250ms") @DurationMin(millis = 10) Duration probe,
		@DefaultValue("5s") @DurationMin(millis = 0) Duration startup) {

	RedisTimes times() {
		return new RedisTimes(this.timeout, this.patience, this.probe, this.startup);
	}

}
