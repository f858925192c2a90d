package io.clearview.classifier.error;

import java.time.Clock;
import java.time.Duration;
import java.util.stream.Stream;

import io.clearview.kit.error.AffectedUsers;
import io.clearview.kit.redis.Redis;
import io.clearview.kit.schedule.Recurring;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How many users met an error. */
@Configuration(proxyBeanMethods = false)
class ErrorConfiguration {

	@Bean
	AffectedUsers affectedUsers(@Qualifier("redisState") Redis redis, Clock clock, MeterRegistry meters) {
		return new AffectedUsers(redis, Stream.of(ErrorCode.values()).map(Enum::name).toList(), clock, meters);
	}

	@Bean
	Recurring affectedUsersFlushing(AffectedUsers users,
			@Value("${clearview.errors.counted-every:10s}") Duration every) {
		return new Recurring(every, users::flush);
	}

}
