package io.clearview.classifier.telemetry;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.clearview.classifier.Bodies;
import io.clearview.classifier.ModelStub;
import io.clearview.classifier.ServiceInstance;
import io.clearview.classifier.ServiceInstance.Reply;
import io.clearview.classifier.identity.TestGateway;
import io.clearview.kit.testing.TestRedis;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.context.annotation.Bean;

/** A request's trace, as a collector receives it. */
class SpansTest {

	private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

	private static final String OTHER_TRACE = "0af7651916cd43dd8448eb211c80319c";

	private static final String GATEWAY_SPAN = "00f067aa0ba902b7";

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	private final TestGateway gateway = new TestGateway();

	@Test
	void continuesTheGatewaysTraceWithItsOwnSteps() {
		try (ServiceInstance service = ServiceInstance.start(this.gateway, redis, List.of(Collector.class),
				"management.opentelemetry.tracing.export.schedule-delay=50ms")) {
			Received received = service.bean(Received.class);
			service.classify(this.gateway.user(), Bodies.posts("spam"), "traceparent",
					"00-" + TRACE + "-" + GATEWAY_SPAN + "-01");
			service.classify(this.gateway.user(), Bodies.posts("more spam"), "traceparent",
					"00-" + OTHER_TRACE + "-" + GATEWAY_SPAN + "-00");
			eventually("the spans arrive",
					() -> received.named("judge").size() == 1 && received.named("batch").size() == 1
							&& received.spans.stream().anyMatch((span) -> span.getParentSpanId().equals(GATEWAY_SPAN)));
			SpanData server = received.spans.stream()
				.filter((span) -> span.getParentSpanId().equals(GATEWAY_SPAN))
				.findFirst()
				.orElseThrow();
			assertThat(server.getTraceId()).isEqualTo(TRACE);
			assertThat(server.getAttributes().get(AttributeKey.stringKey("correlationId")))
				.isEqualTo("test-correlation");
			for (String step : List.of("reserve quota", "look verdicts up", "judge")) {
				assertThat(received.named(step)).as(step)
					.singleElement()
					.satisfies((span) -> assertThat(span.getTraceId()).isEqualTo(TRACE))
					.satisfies((span) -> assertThat(span.getParentSpanId()).isEqualTo(server.getSpanId()));
			}
			assertThat(received.named("batch")).singleElement().satisfies((batch) -> {
				assertThat(batch.getTraceId()).as("sampled as the first it serves").isEqualTo(TRACE);
				assertThat(batch.getLinks()).singleElement()
					.satisfies((link) -> assertThat(link.getSpanContext().getTraceId()).isEqualTo(TRACE));
			});
			assertThat(received.spans).as("nothing of a trace that is not sampled")
				.noneMatch((span) -> span.getTraceId().startsWith("0af7"));
			assertThat(received.spans.toString()).doesNotContain("spam", TestGateway.USER);
		}
	}

	@Test
	void aCallerThatJoinsAnothersJudgingIsLinkedToIt() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		try (ModelStub model = new ModelStub();
				ServiceInstance service = ServiceInstance.start(this.gateway, redis, List.of(Collector.class),
						"management.opentelemetry.tracing.export.schedule-delay=50ms", "clearview.model.kind=openai",
						"clearview.model.name=stub", "clearview.model.start-check=false",
						"clearview.model.price.prompt=0", "clearview.model.price.completion=0",
						"clearview.model.base-url=" + model.baseUrl())) {
			model.answering((posts) -> {
				asked.countDown();
				return ModelStub.byContent(posts).withFixedDelay(1_500);
			});
			Received received = service.bean(Received.class);
			String body = Bodies.posts("asked by two");
			CompletableFuture<Reply> first = service.classifyAsync(this.gateway.user(), body, "traceparent",
					"00-" + TRACE + "-" + GATEWAY_SPAN + "-01");
			assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
			service.classify(this.gateway.user(), body, "traceparent",
					"00-" + OTHER_TRACE + "-" + GATEWAY_SPAN + "-01");
			assertThat(first.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
			eventually("the spans arrive",
					() -> received.named("joined").size() == 1 && received.named("batch").size() == 1);
			assertThat(received.named("batch").getFirst().getTraceId()).isEqualTo(TRACE);
			assertThat(received.named("joined")).singleElement().satisfies((joined) -> {
				assertThat(joined.getTraceId()).isEqualTo(OTHER_TRACE);
				assertThat(joined.getLinks()).singleElement()
					.satisfies((link) -> assertThat(link.getSpanContext().getTraceId()).isEqualTo(TRACE));
			});
		}
	}

	static final class Received implements SpanExporter {

		private final List<SpanData> spans = new CopyOnWriteArrayList<>();

		List<SpanData> named(String name) {
			return this.spans.stream().filter((span) -> span.getName().equals(name)).toList();
		}

		@Override
		public CompletableResultCode export(Collection<SpanData> batch) {
			this.spans.addAll(batch);
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode flush() {
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode shutdown() {
			return CompletableResultCode.ofSuccess();
		}

	}

	static class Collector {

		@Bean
		Received received() {
			return new Received();
		}

	}

}
