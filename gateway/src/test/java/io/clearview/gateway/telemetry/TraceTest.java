package io.clearview.gateway.telemetry;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.clearview.gateway.testing.Gateway;
import io.clearview.kit.testing.Eventually;
import io.clearview.kit.testing.TestRedis;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** The name of a request's trace, in the log and on its way to the classifier. */
class TraceTest {

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	@RegisterExtension
	static final WireMockExtension classifier = WireMockExtension.newInstance()
		.options(wireMockConfig().dynamicPort())
		.build();

	@ParameterizedTest
	@CsvSource({ "0,0", "1,[13]" })
	void isTheSameInTheLogAndAtTheClassifierSampledOrNot(String probability, String flags) {
		classifier.stubFor(any(anyUrl()).willReturn(okJson("{}")));
		try (Gateway gateway = Gateway.start(redis.url(), classifier.baseUrl(),
				"management.tracing.sampling.probability=" + probability)) {
			String token = gateway.token();
			ListAppender<ILoggingEvent> events = new ListAppender<>();
			events.start();
			Logger journal = (Logger) LoggerFactory.getLogger("io.clearview.gateway.requests");
			journal.addAppender(events);
			try {
				gateway.send(gateway.classify(token, "{\"posts\":[{\"hash\":\"post_1\",\"content\":\"x\"}]}"));
				Eventually.eventually("the request is logged", () -> classified(events).findAny().isPresent());
			}
			finally {
				journal.detachAppender(events);
			}
			String sent = classifier.findAll(postRequestedFor(urlEqualTo("/classify")))
				.getLast()
				.getHeader("traceparent");
			assertThat(sent).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0" + flags);
			assertThat(classified(events)).singleElement()
				.satisfies((event) -> assertThat(event).containsEntry("traceId", sent.substring(3, 35)));
		}
	}

	private static Stream<Map<String, String>> classified(ListAppender<ILoggingEvent> events) {
		return List.copyOf(events.list)
			.stream()
			.map(TraceTest::fields)
			.filter((event) -> "classify".equals(event.get("endpoint")));
	}

	/** Of the event and of its context: a line carries both. */
	private static Map<String, String> fields(ILoggingEvent event) {
		return Stream
			.concat(event.getMDCPropertyMap().entrySet().stream(),
					event.getKeyValuePairs().stream().map((pair) -> Map.entry(pair.key, String.valueOf(pair.value))))
			.collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
	}

}
