package io.clearview.classifier.quota;

import java.time.Clock;

import io.clearview.classifier.redis.Redis;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Counts in redis-state, and here while it is out. */
@Configuration(proxyBeanMethods = false)
class QuotaConfiguration {

	private static final String REDIS_CLOCK = "";

	@Bean
	QuotaService quotaService(QuotaProperties properties, @Qualifier("redisState") Redis redis, Clock clock,
			MeterRegistry meters) {
		QuotaService quotas = new QuotaService(properties, new SharedQuota(redis, properties, () -> REDIS_CLOCK),
				new LocalQuota(properties.usersRemembered(), clock), new QuotaMeters(meters));
		redis.guard().onRecovery(() -> quotas.settleAll().subscribe());
		return quotas;
	}

}
