package io.clearview.classifier.model.local;

import io.clearview.classifier.model.Cascade;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.SureLabels;
import io.clearview.classifier.model.guard.MeteredModel;
import io.clearview.classifier.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import reactor.core.scheduler.Schedulers;

/**
 * The local model: alone in a service that was given no other, beside a provider where it
 * is the fallback or the first stage. Its weights are read once, and only if it is used.
 */
@Configuration(proxyBeanMethods = false)
class LocalConfiguration {

	/** Precision of a label that stands in for the provider's. */
	private static final double FALLBACK = 0.95;

	@Bean
	@Lazy
	LocalJudge localJudge() {
		return new LocalJudge(Weights.load());
	}

	@Bean
	@ConditionalOnProperty(name = "clearview.model.kind", havingValue = "local", matchIfMissing = true)
	Model localModel(ObjectProvider<LocalJudge> judge, MeterRegistry meters) {
		return new MeteredModel(new LocalModel(judge.getObject(), Schedulers.parallel()), meters);
	}

	@Bean
	@ConditionalOnProperty(name = "clearview.model.fallback", havingValue = "local")
	SureLabels modelFallback(ObjectProvider<LocalJudge> judge) {
		return new LocalSureLabels(judge.getObject(), Sureness.of(FALLBACK));
	}

	@Bean
	Cascade modelCascade(StageProperties properties, ObjectProvider<LocalJudge> judges, MeterRegistry meters) {
		Counter saved = meters.counter(Metrics.MODEL_SAVED);
		if (properties.cascade() == 0) {
			return (provider) -> provider;
		}
		LocalJudge judge = judges.getObject();
		String version = LocalModel.version(judge) + "@" + properties.cascade();
		return (provider) -> new CascadeModel(provider, new LocalSureLabels(judge, Sureness.of(properties.cascade())),
				version, Schedulers.parallel(), saved);
	}

}
