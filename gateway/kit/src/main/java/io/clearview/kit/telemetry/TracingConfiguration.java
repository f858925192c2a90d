package io.clearview.kit.telemetry;

import io.micrometer.tracing.Tracer;
import io.prometheus.metrics.tracer.common.SpanContext;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Traces, also where there is no tracer. */
@Configuration(proxyBeanMethods = false)
public class TracingConfiguration {

	@Bean
	Tracing tracing(ObjectProvider<Tracer> tracer) {
		return new Tracing(tracer.getIfAvailable(() -> Tracer.NOOP));
	}

	/**
	 * Looks up the tracer that metrics take their exemplars from. Spring Boot does so
	 * when the first metric is recorded, under a lock that two event loops may meet at.
	 */
	@Bean
	SmartInitializingSingleton exemplarTracer(ObjectProvider<SpanContext> exemplars) {
		return () -> exemplars.ifAvailable(SpanContext::isCurrentSpanSampled);
	}

}
