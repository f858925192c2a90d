package io.clearview.classifier.verdict;

import java.time.Clock;

import io.clearview.classifier.batch.Batcher;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.SureLabels;
import io.clearview.kit.redis.Redis;
import io.clearview.kit.telemetry.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class VerdictConfiguration {

	@Bean
	Verdicts verdicts(Model model, Batcher batcher, @Qualifier("redisCache") Redis redis, VerdictProperties properties,
			Clock clock, MeterRegistry meters, Tracing tracing, ObjectProvider<SureLabels> fallback) {
		return Verdicts.of(model, batcher, redis, properties, clock, Schedulers.parallel(), meters, tracing,
				fallback.getIfAvailable());
	}

}
