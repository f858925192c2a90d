package io.clearview.gateway.ratelimit;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.github.benmanes.caffeine.cache.Ticker;
import io.clearview.gateway.clientip.AddressHash;
import io.clearview.gateway.clientip.ClientAddressResolver;
import io.clearview.gateway.cors.AllowedOrigins;
import io.clearview.gateway.warmup.Exercise;
import io.clearview.kit.redis.Redis;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.gateway.support.ConfigurationService;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;

/** The limits, as {@code clearview.limits} has them. */
@Configuration(proxyBeanMethods = false)
class RateLimitConfiguration {

	@Bean
	DecisionMetrics decisionMetrics(LimitProperties settings, MeterRegistry meters) {
		return new DecisionMetrics(meters,
				Stream.concat(Stream.of(FloodGuard.NAME), settings.shared().keySet().stream()).toList());
	}

	@Bean
	FloodGuard floodGuard(LimitProperties settings, ClientAddressResolver addresses,
			ObjectProvider<AllowedOrigins> origins, DecisionMetrics metrics) {
		LocalBuckets buckets = new LocalBuckets(new Limit(FloodGuard.NAME, settings.flood()), settings.mostAddresses(),
				Ticker.systemTicker());
		return new FloodGuard(buckets, addresses, (exchange) -> origins.getObject().mayRead(exchange), metrics);
	}

	@Bean
	SharedRateLimiter sharedRateLimiter(LimitProperties settings, ReactiveRedisConnectionFactory connections,
			Redis redisState, ConfigurationService configuration, DecisionMetrics metrics) {
		Map<String, Limit> limits = settings.shared()
			.entrySet()
			.stream()
			.map((entry) -> new Limit(entry.getKey(), entry.getValue()))
			.collect(Collectors.toUnmodifiableMap(Limit::name, Function.identity()));
		RedisBuckets redis = new RedisBuckets(new GuardedRedisTemplate(connections, redisState), configuration,
				limits.values());
		return new SharedRateLimiter(limits, redis, settings.mostAddresses(), Ticker.systemTicker(), metrics);
	}

	@Bean
	Exercise askAboutALimit(SharedRateLimiter limiter) {
		return limiter::exercise;
	}

	@Bean
	RateLimits rateLimits(SharedRateLimiter limiter, ClientAddressResolver addresses, AddressHash hash) {
		return new RateLimits(limiter, addresses, hash);
	}

	@Bean
	RateLimitGatewayFilterFactory rateLimitGatewayFilterFactory(RateLimits limits) {
		return new RateLimitGatewayFilterFactory(limits);
	}

}
