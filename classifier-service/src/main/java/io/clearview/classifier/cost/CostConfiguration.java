package io.clearview.classifier.cost;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The counters of costs. */
@Configuration(proxyBeanMethods = false)
class CostConfiguration {

	@Bean
	CostMeter costMeter(ObjectProvider<AloneCost> alone, MeterRegistry meters) {
		return new CostMeter(alone.getIfAvailable(() -> (preference, content) -> 0), meters);
	}

}
