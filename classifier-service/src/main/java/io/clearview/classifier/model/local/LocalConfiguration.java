package io.clearview.classifier.model.local;

import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.guard.MeteredModel;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

/** The model of a service that was given none. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "clearview.model.kind", havingValue = "local", matchIfMissing = true)
class LocalConfiguration {

	@Bean
	Model localModel(MeterRegistry meters) {
		return new MeteredModel(new LocalModel(new LocalJudge(Weights.load()), Schedulers.parallel()), meters);
	}

}
