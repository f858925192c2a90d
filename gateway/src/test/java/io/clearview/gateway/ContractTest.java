package io.clearview.gateway;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.clearview.gateway.testing.Eventually;
import io.clearview.gateway.testing.Gateway;
import io.clearview.gateway.testing.Gateway.Answer;
import io.clearview.gateway.testing.TestRedis;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a client sees, over a real socket. */
class ContractTest {

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	@RegisterExtension
	static final WireMockExtension classifier = WireMockExtension.newInstance()
		.options(wireMockConfig().dynamicPort())
		.build();

	static Gateway gateway;

	@BeforeAll
	static void startGateway() {
		gateway = Gateway.start(redis.url(), classifier.baseUrl(), "clearview.token.accounts-per-device=1000",
				"clearview.limits.flood=1000000", "clearview.limits.shared.address=1000000");
	}

	@AfterAll
	static void stopGateway() {
		gateway.close();
	}

	@BeforeEach
	void classifierAnswers() {
		classifier.stubFor(any(anyUrl()).willReturn(okJson("{\"success\":true}")));
	}

	@Test
	void issuesATokenForAJsonRequestWithoutBody() {
		Answer answer = gateway
			.send(gateway.request("/auth").header("Content-Type", "application/json").POST(BodyPublishers.noBody()));

		assertThat(answer.status()).isEqualTo(201);
		assertThat(answer.json().get("token").asString()).matches("Bearer [0-9a-f]{64}");
		assertThat(answer.json().get("userId").asString()).matches("[0-9a-f]{64}");
	}

	@Test
	void passesTheClassifiersAnswerThrough() {
		classifier.stubFor(post("/classify").willReturn(okJson("{\"from\":\"classifier\"}")));

		Answer answer = gateway.send(gateway.classify(gateway.token(), "{}"));

		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.body()).isEqualTo("{\"from\":\"classifier\"}");
	}

	@Test
	void showsEveryPostWhenTheClassifierFails() {
		classifier.stubFor(post("/classify").willReturn(aResponse().withStatus(500).withBody("boom")));

		Answer answer = gateway.send(gateway.classify(gateway.token(), """
				{"posts":[{"hash":"post_1","content":"a"},{"hash":"post_2","content":"b"}]}"""));

		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.json().at("/classifications/1").toString())
			.isEqualTo("{\"hash\":\"post_2\",\"label\":\"ALLOW\",\"cached\":false,\"failedOpen\":true,"
					+ "\"reason\":\"CLASSIFIER_UNAVAILABLE\"}");
	}

	@Test
	void isHealthyAndReady() {
		eventuallyHealthy();

		Answer answer = gateway.send(gateway.request("/health"));

		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.json().propertyNames()).containsExactlyInAnyOrder("status", "timestamp", "uptime");
	}

	private static void eventuallyHealthy() {
		Eventually.eventually("healthy",
				() -> gateway.send(gateway.request("/health")).json().get("status").asString().equals("healthy"));
	}

}
