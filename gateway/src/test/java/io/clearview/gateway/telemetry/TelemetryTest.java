package io.clearview.gateway.telemetry;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.clearview.gateway.testing.Gateway;
import io.clearview.gateway.testing.Gateway.Answer;
import io.clearview.kit.testing.TestRedis;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.cloud.client.circuitbreaker.CircuitBreakerFactory;
import org.springframework.cloud.client.circuitbreaker.ReactiveCircuitBreakerFactory;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** What is said of requests, read as Prometheus reads it. */
class TelemetryTest {

	private static final String BODY = """
			{"posts":[{"hash":"post_1","content":"zqpost a"}],"timestamp":1795448837605}""";

	private static final Pattern BOUND = Pattern.compile(
			"clearview_requests_seconds_bucket\\{endpoint=\"classify\",model=\"none\",status=\"200\",le=\"([0-9.]+)\"}");

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	@RegisterExtension
	static final WireMockExtension classifier = WireMockExtension.newInstance()
		.options(wireMockConfig().dynamicPort())
		.build();

	private static Gateway gateway;

	@BeforeAll
	static void start() {
		gateway = Gateway.start(redis.url(), classifier.baseUrl());
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void theMetricsOfBreakersAreBoundOnce() {
		assertThat(gateway.context().getBeansOfType(ReactiveCircuitBreakerFactory.class)).hasSize(1);
		assertThat(gateway.context().getBeansOfType(CircuitBreakerFactory.class)).isEmpty();
	}

	@Test
	void tellsRequestsThatHadToWaitForTheModelFromOthersAndNobodyElse() {
		String token = gateway.token();
		classifier.stubFor(any(anyUrl()).willReturn(okJson("{}")));
		seen();
		assertThat(gateway.send(gateway.classify(token, BODY)).status()).isEqualTo(200);
		eventually("counted", () -> classified("none") == 1);
		assertThat(classified("awaited")).isZero();

		classifier.stubFor(any(anyUrl()).willReturn(okJson("{}").withHeader("X-ClearView-Model-Awaited", "true")));
		Answer answer = gateway.send(gateway.classify(token, BODY));
		assertThat(answer.headers()).doesNotContainKey("x-clearview-model-awaited");
		eventually("counted", () -> classified("awaited") == 1);
		assertThat(classified("none")).isOne();
	}

	@Test
	void whatMayHappenIsCountedFromZero() {
		String scraped = scrape();
		for (String series : new String[] { "clearview_errors_total{code=\"AUTH_UNAVAILABLE\",endpoint=\"classify\"}",
				"clearview_errors_users{code=\"INTERNAL_ERROR\"}", "clearview_errors_users{code=\"FAILED_OPEN\"}",
				"clearview_requests_seconds_count{endpoint=\"quota\",model=\"none\",status=\"200\"}",
				"clearview_tokens_total{result=\"unavailable\"}", "clearview_failed_open_total{reason=\"late\"}" }) {
			assertThat(scraped.lines().filter((line) -> line.startsWith(series))).as(series)
				.singleElement()
				.asString()
				.matches(".* 0(\\.0)?");
		}
	}

	@Test
	void bucketsAreSoCloseThatAQuantileNearTheObjectivesIsKnownToFivePercent() {
		List<Double> bounds = scrape().lines()
			.map(BOUND::matcher)
			.filter(Matcher::find)
			.map((bound) -> Double.parseDouble(bound.group(1)))
			.filter((bound) -> bound >= 0.1 && bound <= 1)
			.toList();
		assertThat(bounds).contains(0.2, 0.5).hasSizeGreaterThan(40);
		for (int i = 1; i < bounds.size(); i++) {
			assertThat(bounds.get(i) / bounds.get(i - 1)).as("after " + bounds.get(i - 1)).isBetween(1.0, 1.055);
		}
	}

	private static void seen() {
		eventually("the classifier is seen",
				() -> gateway.send(gateway.request("/health")).body().contains("\"healthy\""));
	}

	private static double classified(String model) {
		String series = "clearview_requests_seconds_count{endpoint=\"classify\",model=\"" + model
				+ "\",status=\"200\"}";
		return scrape().lines()
			.filter((line) -> line.startsWith(series))
			.mapToDouble((line) -> Double.parseDouble(line.substring(series.length()).strip()))
			.sum();
	}

	private static String scrape() {
		return gateway
			.send(HttpRequest
				.newBuilder(URI.create("http://127.0.0.1:" + gateway.managementPort() + "/actuator/prometheus")))
			.body();
	}

}
