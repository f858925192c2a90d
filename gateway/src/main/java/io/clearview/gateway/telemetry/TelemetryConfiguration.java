package io.clearview.gateway.telemetry;

import io.clearview.kit.telemetry.Tracing;
import io.micrometer.tracing.Tracer;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Traces, also where there is no tracer. */
@Configuration(proxyBeanMethods = false)
class TelemetryConfiguration {

	@Bean
	Tracing tracing(ObjectProvider<Tracer> tracer) {
		return new Tracing(tracer.getIfAvailable(() -> Tracer.NOOP));
	}

}
