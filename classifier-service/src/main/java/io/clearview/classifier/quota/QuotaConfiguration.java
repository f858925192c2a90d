package io.clearview.classifier.quota;

import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

import io.clearview.kit.durable.DurableConfiguration;
import io.clearview.kit.durable.GuardedStore;
import io.clearview.kit.durable.WriteBehind;
import io.clearview.kit.redis.Redis;
import io.clearview.kit.schedule.Recurring;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Counts in redis-state, and here while it is out. */
@Configuration(proxyBeanMethods = false)
@Import(DurableConfiguration.class)
class QuotaConfiguration {

	private static final String REDIS_CLOCK = "";

	private static final Duration SETTLING = Duration.ofSeconds(1);

	@Bean
	QuotaService quotaService(QuotaProperties properties, @Qualifier("redisState") Redis redis, Clock clock,
			QuotaArchive archive, MeterRegistry meters) {
		return new QuotaService(properties, new SharedQuota(redis, properties, () -> REDIS_CLOCK),
				new LocalQuota(properties.usersRemembered(), properties.idempotency(), clock), archive,
				new QuotaMetrics(meters));
	}

	@Bean
	QuotaArchive quotaArchive(ObjectProvider<GuardedStore> durable, ObjectProvider<WriteBehind> writes) {
		GuardedStore store = durable.getIfAvailable();
		return (store != null) ? new DurableQuotas(store, writes.getObject(),
				HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong())) : QuotaArchive.NONE;
	}

	/**
	 * Brings the fleet's counts up to date soon after an outage, and after single faults.
	 */
	@Bean
	Recurring quotaSettling(QuotaService quotas, @Qualifier("redisState") Redis redis) {
		return new Recurring(SETTLING, () -> redis.guard().isUp() ? quotas.settle() : Mono.empty());
	}

}
