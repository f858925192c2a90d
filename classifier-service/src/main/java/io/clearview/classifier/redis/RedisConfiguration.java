package io.clearview.classifier.redis;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The two roles, as beans {@code redisState} and {@code redisCache}. When both are at one
 * URL they share a connection, so that what one request asks of both leaves in one flush.
 */
@Configuration(proxyBeanMethods = false)
class RedisConfiguration {

	@Bean
	RedisRoles redisRoles(RedisProperties properties, MeterRegistry meters) {
		return new RedisRoles(properties, meters);
	}

	@Bean
	@Qualifier("redisState")
	Redis redisState(RedisRoles roles) {
		return roles.state();
	}

	@Bean
	@Qualifier("redisCache")
	Redis redisCache(RedisRoles roles) {
		return roles.cache();
	}

}
