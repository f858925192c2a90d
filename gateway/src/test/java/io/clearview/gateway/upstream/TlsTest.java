package io.clearview.gateway.upstream;

import java.net.http.HttpRequest.BodyPublishers;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.clearview.gateway.testing.Gateway;
import io.clearview.kit.testing.TestRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

/** Instances behind TLS and without it. */
class TlsTest {

	private static final int REQUESTS = 50;

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	@RegisterExtension
	static final WireMockExtension classifier = WireMockExtension.newInstance()
		.options(wireMockConfig().dynamicPort().dynamicHttpsPort())
		.build();

	@Test
	void eachInstanceIsAskedAsItsUrlSays() {
		classifier.stubFor(any(anyUrl()).willReturn(okJson("{}")));
		String secure = "https://localhost:" + classifier.getRuntimeInfo().getHttpsPort();
		String plain = "http://localhost:" + classifier.getPort();
		try (Gateway gateway = Gateway.start(redis.url(), secure + "," + plain,
				"spring.cloud.gateway.server.webflux.httpclient.ssl.use-insecure-trust-manager=true",
				"clearview.classifier.probe.failures=1000")) {
			String token = gateway.token();
			for (int i = 0; i < REQUESTS; i++) {
				assertThat(gateway
					.send(gateway.request("/classify?i=" + i)
						.header("Authorization", "Bearer " + token)
						.header("Content-Type", "application/json")
						.POST(BodyPublishers.ofString("{}")))
					.body()).isEqualTo("{}");
			}
		}
		assertThat(classifier.findAll(postRequestedFor(anyUrl()))).hasSize(REQUESTS)
			.allSatisfy((request) -> assertThat(request.getUrl()).startsWith("/classify?i="))
			.extracting(LoggedRequest::getScheme)
			.contains("http", "https");
	}

}
