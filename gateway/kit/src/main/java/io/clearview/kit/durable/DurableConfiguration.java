package io.clearview.kit.durable;

import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The durable store of a service, for it to import. Without one there are only the
 * settings, which are checked all the same, and the meters.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DurableSettings.class)
public class DurableConfiguration {

	@Bean
	DurableMetrics durableMetrics(MeterRegistry meters) {
		return new DurableMetrics(meters);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = DurableSettings.PREFIX + ".kind", havingValue = "firestore")
	static class Enabled {

		@Bean
		GuardedStore durableStore(DurableSettings settings, DurableMetrics metrics) {
			GuardedStore store = new GuardedStore(DurableStores.open(settings), settings, metrics);
			store.connect();
			return store;
		}

		@Bean
		WriteBehind durableWrites(GuardedStore store, DurableSettings settings, DurableMetrics metrics) {
			return new WriteBehind(store, settings.interval(), settings.mostWaiting(), Schedulers.parallel(), metrics);
		}

	}

}
