package io.clearview.classifier.redis;

import io.clearview.kit.redis.Redis;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpResources;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;

/**
 * The two roles, as beans {@code redisState} and {@code redisCache}. When both are at one
 * URL they share a connection, so that what one request asks of both leaves in one flush.
 */
@Configuration(proxyBeanMethods = false)
class RedisConfiguration {

	@Bean
	RedisRoles redisRoles(RedisProperties properties, MeterRegistry meters,
			ObjectProvider<ReactorResourceFactory> reactor) {
		LoopResources loops = reactor.stream()
			.map(ReactorResourceFactory::getLoopResources)
			.findFirst()
			.orElseGet(TcpResources::get);
		return new RedisRoles(properties, meters, loops);
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
