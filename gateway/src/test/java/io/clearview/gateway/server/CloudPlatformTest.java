package io.clearview.gateway.server;

import io.clearview.gateway.testing.Gateway;
import io.clearview.kit.testing.TestRedis;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring Boot believes forwarded headers on a cloud platform, unless it is told not to.
 */
class CloudPlatformTest {

	private static final int FLOOD = 20;

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	static Gateway gateway;

	@BeforeAll
	static void start() {
		gateway = Gateway.start(redis.url(), "http://127.0.0.1:1", "spring.main.cloud-platform=kubernetes",
				"clearview.trusted-proxies=0", "clearview.limits.flood=" + FLOOD);
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void believesNoForwardedHeaderOfAClient() {
		assertThat(gateway
			.send(gateway.request("/health", "192.0.2.1")
				.header("X-Forwarded-Prefix", "/nothing")
				.header("X-Forwarded-Host", "elsewhere.example")
				.header("Forwarded", "for=192.0.2.9;host=elsewhere.example;proto=https"))
			.status()).isEqualTo(200);
		int limited = 0;
		for (int i = 0; i < 2 * FLOOD; i++) {
			limited += (gateway.send(gateway.request("/nothing", "192.0.2." + i)).status() == 429) ? 1 : 0;
		}
		assertThat(limited).isGreaterThan(FLOOD / 2);
	}

}
