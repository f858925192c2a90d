package io.clearview.classifier.cost;

import java.time.Clock;
import java.time.Duration;

import io.clearview.kit.redis.Redis;
import io.clearview.kit.schedule.Recurring;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The counters of costs, and who may cause them. */
@Configuration(proxyBeanMethods = false)
class CostConfiguration {

	private static final String REDIS_CLOCK = "";

	private static final Duration EXCHANGED = Duration.ofSeconds(1);

	@Bean
	CostMetrics costMeter(ObjectProvider<AloneCost> alone, MeterRegistry meters) {
		return new CostMetrics(alone.getIfAvailable(() -> (preference, content) -> 0), meters);
	}

	@Bean
	SpendShares spendShares(ObjectProvider<DailyBudget> budget, ShareProperties shares,
			@Qualifier("redisState") Redis redis, Clock clock, MeterRegistry meters) {
		return new SpendShares(budget.getIfAvailable(() -> () -> 0).nanos(), shares, redis, clock, () -> REDIS_CLOCK,
				meters);
	}

	/** Keeps what is known of the fleet's spending up to date. */
	@Bean
	Recurring spendSharesExchange(SpendShares shares, @Qualifier("redisState") Redis redis) {
		return new Recurring(EXCHANGED,
				() -> redis.guard().isUp() ? shares.exchange() : Mono.fromRunnable(shares::withoutRedis));
	}

}
