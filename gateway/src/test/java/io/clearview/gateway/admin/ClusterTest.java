package io.clearview.gateway.admin;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Instant;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.clearview.gateway.testing.Gateway;
import io.clearview.gateway.testing.Gateway.Answer;
import io.clearview.kit.testing.KeyFiles;
import io.clearview.kit.testing.TestRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two instances whose redis-state is a Redis Cluster. One master has all slots: it
 * refuses what touches two of them all the same.
 */
class ClusterTest {

	@TempDir
	static Path files;

	@RegisterExtension
	static final WireMockExtension classifier = WireMockExtension.newInstance()
		.options(wireMockConfig().dynamicPort())
		.build();

	@Test
	void tokensLimitsAndAdministrationWorkOnARedisCluster() {
		TestRedis redis = new TestRedis("cluster-enabled yes", "cluster-config-file " + files.resolve("nodes.conf"),
				"cluster-port " + TestRedis.freePort());
		redis.start();
		redis.ask("CLUSTER ADDSLOTSRANGE 0 16383");
		eventually("a cluster", () -> redis.ask("CLUSTER INFO").contains("cluster_state:ok"));
		classifier.stubFor(any(anyUrl()).willReturn(okJson("{\"success\":true}")));
		Path admin = KeyFiles.ring(files, "admin");
		SignedCalls operator = new SignedCalls("ops", KeyFiles.write(admin, "ops", Instant.EPOCH, true));
		try (Gateway one = instance(redis, admin); Gateway two = instance(redis, admin)) {
			Answer account = one
				.send(one.request("/auth").header("Content-Type", "application/json").POST(BodyPublishers.noBody()));
			assertThat(account.status()).isEqualTo(201);
			String token = account.json().get("token").asString();
			assertThat(two.send(two.classify(token, "{}")).status()).isEqualTo(200);
			String path = "/admin/accounts/" + account.json().get("userId").asString();
			assertThat(one.send(operator.call(one, "PUT", path + "/tier", "{\"tier\":\"pro\"}"))
				.json()
				.at("/account/tier")
				.asString()).isEqualTo("pro");
			one.send(operator.call(one, "DELETE", path + "/tokens"));
			eventually("refused by the other instance", () -> two.send(two.classify(token, "{}")).status() == 401);
			assertThat(redis.ask("KEYS *")).contains("revocations:{", "account:{", "sign-up:{",
					"request_rate_limiter.{", "audit:{");
		}
		finally {
			redis.stop();
		}
	}

	private static Gateway instance(TestRedis redis, Path admin) {
		return Gateway.start(redis.url(), classifier.baseUrl(), "spring.data.redis.cluster.nodes=" + redis.address(),
				"clearview.admin.keys=" + admin);
	}

}
