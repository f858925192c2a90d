package io.clearview.gateway.redis;

import java.nio.file.Path;
import java.util.Map;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.clearview.gateway.testing.Gateway;
import io.clearview.kit.testing.Printed;
import io.clearview.kit.testing.TestCertificate;
import io.clearview.kit.testing.TestRedis;
import io.clearview.kit.testing.TestSentinel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** URLs of Redis mean the same to the gateway as to the classifier. */
@ExtendWith({ OutputCaptureExtension.class, Printed.class })
class RedisUrlTest {

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	@RegisterExtension
	static final WireMockExtension classifier = WireMockExtension.newInstance()
		.options(wireMockConfig().dynamicPort())
		.build();

	@BeforeEach
	void classifierAnswers() {
		classifier.stubFor(any(anyUrl()).willReturn(okJson("{\"success\":true}")));
	}

	@Test
	void aUserAPasswordADatabaseAndSentinels() {
		redis.ask("CONFIG SET requirepass secret");
		try (TestSentinel sentinel = TestSentinel.of(redis, "secret");
				Gateway gateway = Gateway.start("redis-sentinel://:secret@" + sentinel.address() + "/2#clearview",
						classifier.baseUrl())) {
			String token = gateway.token();
			assertThat(gateway.send(gateway.classify(token, "{}")).status()).isEqualTo(200);
			eventually("the account is in database 2",
					() -> redis.ask("AUTH secret\r\nSELECT 2\r\nKEYS account:*").contains("account:{"));
		}
		finally {
			redis.ask("AUTH secret\r\nCONFIG SET requirepass \"\"");
		}
	}

	@ParameterizedTest
	@CsvSource({ "'', NOAUTH", ":another-secret@, WRONGPASS" })
	void withoutTheRightPasswordOneLineSaysSoAndNotThePassword(String credentials, String code, CapturedOutput output) {
		redis.ask("CONFIG SET requirepass secret");
		try (Gateway gateway = Gateway.start("redis://" + credentials + redis.address(), classifier.baseUrl())) {
			assertThat(gateway.send(gateway.classify(gateway.token(), "{}")).status()).isEqualTo(200);
			String log = Printed.soFar(output);
			assertThat(log.lines().filter((line) -> line.contains("redis-state is unavailable"))).hasSize(1)
				.first()
				.asString()
				.contains(code);
			assertThat(log).doesNotContain("another-secret");
		}
		finally {
			redis.ask("AUTH secret\r\nCONFIG SET requirepass \"\"");
		}
	}

	@Test
	void aUserWithTheDocumentedRightsMissesNothing(CapturedOutput output) {
		redis.ask("ACL SETUSER app on >secret ~* &tokens-changed +@all -@admin -@dangerous +info");
		try (Gateway gateway = Gateway.start("redis://app:secret@" + redis.address(), classifier.baseUrl())) {
			assertThat(gateway.send(gateway.classify(gateway.token(), "{}")).status()).isEqualTo(200);
			eventually("the account is open", () -> redis.ask("KEYS account:*").contains("account:{"));
			eventually("subscribed", () -> redis.ask("PUBSUB CHANNELS").contains("tokens-changed"));
			assertThat(Printed.soFar(output)).doesNotContain("NOPERM", "unavailable");
		}
	}

	@Test
	void aUserWithoutTheChannelIsServedAndTheChannelNamed(CapturedOutput output) {
		redis.ask("ACL SETUSER app on >secret ~* resetchannels +@all");
		try (Gateway gateway = Gateway.start("redis://app:secret@" + redis.address(), classifier.baseUrl())) {
			assertThat(gateway.send(gateway.classify(gateway.token(), "{}")).status()).isEqualTo(200);
			eventually("named", () -> Printed.soFar(output).contains("&tokens-changed"));
			assertThat(Printed.soFar(output)).doesNotContain("redis-state is unavailable");
		}
	}

	@Test
	void tlsWithAnAuthorityOfItsOwn(@TempDir Path files) {
		TestCertificate certificate = TestCertificate.in(files);
		int port = TestRedis.freePort();
		TestRedis secure = new TestRedis(certificate.redis(port));
		secure.start();
		try (Gateway gateway = Gateway.start("rediss://127.0.0.1:" + port, classifier.baseUrl(),
				"clearview.redis.ca=" + certificate.certificate())) {
			assertThat(gateway.send(gateway.classify(gateway.token(), "{}")).status()).isEqualTo(200);
			eventually("the account is open", () -> secure.ask("KEYS account:*").contains("account:{"));
		}
		finally {
			secure.stop();
		}
	}

	@Test
	void severalHostsAreACluster() {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.addFirst(new MapPropertySource("given",
					Map.of("spring.data.redis.url", "rediss://app:p%40ss%2F@one:1,two:2")));
		new RedisUrlProperties().postProcessEnvironment(environment, new SpringApplication());
		assertThat(environment.getProperty("spring.data.redis.url")).isEqualTo("rediss://app:p%40ss%2F@one:1/0");
		assertThat(environment.getProperty("spring.data.redis.cluster.nodes")).isEqualTo("one:1,two:2");
	}

}
