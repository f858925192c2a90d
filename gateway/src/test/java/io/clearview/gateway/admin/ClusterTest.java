package io.clearview.gateway.admin;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.IntStream;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.clearview.gateway.testing.Gateway;
import io.clearview.gateway.testing.Gateway.Answer;
import io.clearview.gateway.testing.MemoryStore;
import io.clearview.kit.testing.KeyFiles;
import io.clearview.kit.testing.TestCluster;
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

	/** More than one page of each master. */
	private static final int ACCOUNTS = 1_000;

	@RegisterExtension
	static final TestCluster cluster = new TestCluster();

	@TempDir
	static Path files;

	@RegisterExtension
	static final WireMockExtension classifier = WireMockExtension.newInstance()
		.options(wireMockConfig().dynamicPort())
		.build();

	@Test
	void tokensLimitsAndAdministrationWorkOnARedisCluster() {
		classifier.stubFor(any(anyUrl()).willReturn(okJson("{\"success\":true}")));
		Path admin = KeyFiles.ring(files, "admin");
		SignedCalls operator = new SignedCalls("ops", KeyFiles.write(admin, "ops", Instant.EPOCH, true));
		MemoryStore.reset();
		try (Gateway one = instance(admin); Gateway two = instance(admin)) {
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
			assertThat(cluster.ask("KEYS *").toString()).contains("revocations:{", "account:{", "sign-up:{",
					"request_rate_limiter.{", "audit:{");
			IntStream.range(0, ACCOUNTS)
				.forEach((i) -> cluster
					.ask("HSET account:{%064x} tier pro origin issued expires 32503680000000".formatted(i)));
			assertThat(one.send(operator.call(one, "POST", "/admin/durable/export")).body()).contains("\"done\":true");
			assertThat(IntStream.range(0, ACCOUNTS)
				.mapToObj((i) -> MemoryStore.document("accounts", "%064x".formatted(i)).get("tier")))
				.as("of all masters")
				.hasSize(ACCOUNTS)
				.containsOnly("pro");
		}
	}

	private static Gateway instance(Path admin) {
		return Gateway.start(cluster.url().split(",")[0], classifier.baseUrl(),
				MemoryStore.settings("spring.data.redis.cluster.nodes=" + cluster.url().substring("redis://".length()),
						"clearview.admin.keys=" + admin));
	}

}
