package io.clearview.gateway.error;

import java.time.Clock;
import java.time.Duration;
import java.util.stream.Stream;

import io.clearview.kit.error.AffectedUsers;
import io.clearview.kit.redis.Redis;
import io.clearview.kit.schedule.Recurring;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How many users met an error. */
@Configuration(proxyBeanMethods = false)
class ErrorConfiguration {

	private static final Duration EVERY = Duration.ofSeconds(10);

	@Bean
	AffectedUsers affectedUsers(Redis redis, Clock clock, MeterRegistry meters) {
		return new AffectedUsers(redis, Stream.of(ErrorCode.values()).map(Enum::name).toList(), clock, meters);
	}

	@Bean
	Recurring affectedUsersFlushing(AffectedUsers users) {
		return new Recurring(EVERY, users::flush);
	}

}
