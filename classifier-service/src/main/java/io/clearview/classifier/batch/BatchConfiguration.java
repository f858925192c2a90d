package io.clearview.classifier.batch;

import io.clearview.classifier.model.Model;
import io.clearview.kit.telemetry.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.scheduler.Schedulers;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class BatchConfiguration {

	@Bean
	Batcher batcher(Model model, BatchProperties properties, MeterRegistry meters, Tracing tracing) {
		return Batcher.of(model, properties, Schedulers.parallel(), meters, tracing);
	}

}
