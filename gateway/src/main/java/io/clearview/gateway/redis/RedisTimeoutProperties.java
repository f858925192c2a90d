package io.clearview.gateway.redis;

import java.nio.file.Path;
import java.time.Duration;

import io.clearview.kit.redis.RedisTimes;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long redis-state may take, and whom to trust. Where it is,
 * {@code spring.data.redis.url} says.
 *
 * @param timeout a command that takes longer has failed
 * @param longTimeout the same for a command without a fallback; also how long such a one
 * waits for the end of an outage that has just begun. At least the time-out
 * @param probe how often an unavailable Redis is probed
 * @param startup how long a start waits for Redis before it goes on without
 * @param ca a PEM file of the certificate authorities that are trusted where the URL asks
 * for TLS; null: the JVM's
 */
@Validated
@ConfigurationProperties("clearview.redis")
record RedisTimeoutProperties(@DefaultValue("50ms") @DurationMin(millis = 1) Duration timeout,
		@DefaultValue("2s") @DurationMin(millis = 1) Duration longTimeout,
		@DefaultValue("250ms") @DurationMin(millis = 10) Duration probe,
		@DefaultValue("5s") @DurationMin(millis = 0) Duration startup, @Nullable Path ca) {

	RedisTimes times() {
		return new RedisTimes(this.timeout, this.longTimeout, this.probe, this.startup);
	}

}
