package io.clearview.classifier.error;

import java.time.Clock;
import java.time.Duration;

import io.clearview.classifier.schedule.Recurring;
import io.clearview.kit.redis.Redis;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who is told of errors, and how many met them. */
@Configuration(proxyBeanMethods = false)
class ErrorConfiguration {

	@Bean
	AffectedUsers affectedUsers(@Qualifier("redisState") Redis redis, Clock clock, MeterRegistry meters) {
		return new AffectedUsers(redis, clock, meters);
	}

	@Bean
	Recurring affectedUsersTelling(AffectedUsers users,
			@Value("${clearview.errors.counted-every:10s}") Duration every) {
		return new Recurring(every, users::tell);
	}

}
