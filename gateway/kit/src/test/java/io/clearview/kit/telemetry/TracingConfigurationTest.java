package io.clearview.kit.telemetry;

import java.util.concurrent.atomic.AtomicInteger;

import io.prometheus.metrics.tracer.common.SpanContext;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class TracingConfigurationTest {

	private final ApplicationContextRunner service = new ApplicationContextRunner()
		.withUserConfiguration(TracingConfiguration.class);

	@Test
	void looksTheTracerOfExemplarsUpBeforeTheFirstMetric() {
		AtomicInteger lookUps = new AtomicInteger();
		this.service.withBean(SpanContext.class, () -> new CountedSpanContext(lookUps))
			.run((_) -> assertThat(lookUps).hasValue(1));
	}

	@Test
	void startsWithoutATracerAndWithoutExemplars() {
		this.service.run((context) -> assertThat(context).hasSingleBean(Tracing.class));
	}

	private record CountedSpanContext(AtomicInteger lookUps) implements SpanContext {

		@Override
		public String getCurrentTraceId() {
			return "";
		}

		@Override
		public String getCurrentSpanId() {
			return "";
		}

		@Override
		public boolean isCurrentSpanSampled() {
			this.lookUps.incrementAndGet();
			return false;
		}

		@Override
		public void markCurrentSpanAsExemplar() {
		}

	}

}
