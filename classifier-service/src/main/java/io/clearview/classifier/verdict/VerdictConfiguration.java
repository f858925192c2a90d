package io.clearview.classifier.verdict;

import java.time.Clock;

import io.clearview.classifier.batch.Batcher;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.SureLabels;
import io.clearview.kit.durable.DurableConfiguration;
import io.clearview.kit.durable.DurableMetrics;
import io.clearview.kit.durable.DurableSettings;
import io.clearview.kit.durable.GuardedStore;
import io.clearview.kit.durable.WriteBehind;
import io.clearview.kit.redis.Redis;
import io.clearview.kit.schedule.Recurring;
import io.clearview.kit.telemetry.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Verdicts in memory and redis-cache, and in the durable store where that is wanted. */
@Configuration(proxyBeanMethods = false)
@Import(DurableConfiguration.class)
class VerdictConfiguration {

	@Bean
	Verdicts verdicts(Model model, Batcher batcher, @Qualifier("redisCache") Redis redis,
			ObjectProvider<VerdictArchive> archive, VerdictProperties properties, Clock clock, MeterRegistry meters,
			Tracing tracing, ObjectProvider<SureLabels> fallback, DurableMetrics durableMetrics) {
		// there from the start, wherever verdicts are kept
		durableMetrics.queue(DurableVerdicts.QUEUE);
		return Verdicts.of(model, batcher, redis, archive.getIfAvailable(() -> VerdictArchive.NONE), properties, clock,
				Schedulers.parallel(), meters, tracing, fallback.getIfAvailable());
	}

	/** Verdicts in the durable store; its properties are checked in any case. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = "clearview.durable.kind", havingValue = "firestore")
	@ConditionalOnProperty(name = "clearview.durable.verdicts", havingValue = "true")
	static class Archived {

		/** Of a request, all of which may have to be read in one call. */
		private static final int MOST_POSTS = 50;

		/** A queue of its own, so that verdicts never take the room of counts. */
		@Bean(defaultCandidate = false)
		@Qualifier("verdicts")
		WriteBehind verdictWrites(GuardedStore store, DurableSettings settings, DurableMetrics metrics) {
			return new WriteBehind(store, settings.interval(), settings.mostWaiting(), WriteBehind.WhenFull.DROP_OLDEST,
					Schedulers.parallel(), metrics.queue(DurableVerdicts.QUEUE));
		}

		@Bean
		CacheAge cacheAge(@Qualifier("redisCache") Redis redis, Ages ages) {
			CacheAge age = new CacheAge(redis, ages);
			redis.guard().onRecovery(() -> age.lookAgain().subscribe());
			return age;
		}

		@Bean
		Ages ages(VerdictProperties properties, Clock clock) {
			return new Ages(clock, properties.softAge(), properties.hardAge());
		}

		@Bean
		Recurring cacheAgeLookUp(CacheAge age) {
			return new Recurring(CacheAge.EVERY, age::look);
		}

		@Bean
		VerdictArchive verdictArchive(GuardedStore store, @Qualifier("verdicts") WriteBehind writes, CacheAge cache,
				Ages ages, DurableSettings settings) {
			if (settings.readsPerSecond() < MOST_POSTS) {
				throw new IllegalArgumentException(
						"clearview.durable.reads-per-second must be %d or more where clearview.durable.verdicts is true, but is '%d'"
							.formatted(MOST_POSTS, settings.readsPerSecond()));
			}
			return new DurableVerdicts(store, writes, cache::mayLackVerdicts, ages, Schedulers.parallel());
		}

	}

}
