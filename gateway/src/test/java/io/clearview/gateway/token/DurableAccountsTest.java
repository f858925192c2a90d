package io.clearview.gateway.token;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.clearview.gateway.context.Tier;
import io.clearview.gateway.testing.Gateway;
import io.clearview.gateway.testing.MemoryStore;
import io.clearview.kit.durable.WriteBehind;
import io.clearview.kit.testing.TestRedis;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** What the durable store keeps of accounts, and what it costs requests. */
class DurableAccountsTest {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final String OLD = "Bearer " + "0f1e2d3c4b5a6978".repeat(4);

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	private static WireMockServer classifier;

	private Gateway gateway;

	@BeforeAll
	static void startClassifier() {
		classifier = new WireMockServer(WireMockConfiguration.options().dynamicPort());
		classifier.start();
		classifier.stubFor(any(anyUrl()).willReturn(okJson("{\"success\":true}")));
	}

	@AfterAll
	static void stopClassifier() {
		classifier.stop();
	}

	@BeforeEach
	void start() {
		redis.flush();
		MemoryStore.reset();
		this.gateway = gateway("clearview.token.migration-until=2999-01-01T00:00:00Z");
	}

	@AfterEach
	void stop() {
		this.gateway.close();
	}

	@Test
	void tiersRevocationsAndOldTokensSurviveALostRedis() {
		String paying = opened();
		String revoked = opened();
		assertThat(status(this.gateway, OLD)).isEqualTo(200);
		change(paying, Tier.PRO);
		accounts().revokeTokens(user(revoked)).block(LIMIT);
		flush();

		redis.flush();

		assertThat(status(this.gateway, revoked)).isEqualTo(401);
		try (Gateway fresh = gateway()) {
			assertThat(status(fresh, paying)).isEqualTo(200);
			assertThat(inRedis(paying, "tier")).contains("pro");
			assertThat(status(fresh, OLD)).as("at once, before the filter is back").isEqualTo(200);
			assertThat(status(fresh, revoked)).isEqualTo(401);
			eventually("the lists are back", this::isMarkedWhole);
			assertThat(redis.ask("ZSCORE revocations:{tokens} " + user(revoked))).doesNotContain("$-1");
			eventually("the filter is back", () -> fresh.context().getBean(AdoptedFilter.class).isLoaded());
			assertThat(fresh.context().getBean(AdoptedFilter.class).mayContain(user(OLD))).isTrue();
		}
	}

	/** As docs/operations.md has it for a redis-state that was loaded from a backup. */
	@Test
	void listsAreCopiedBackOnceAnOperatorRemovedTheMarkOfAnOldBackup() {
		String revoked = opened();
		accounts().revokeTokens(user(revoked)).block(LIMIT);
		flush();
		eventually("marked as whole", this::isMarkedWhole);
		redis.ask("DEL revocations:{tokens}");

		redis.ask("HDEL token-versions:{tokens} since");

		eventually("the lists are back", this::isMarkedWhole);
		assertThat(redis.ask("ZSCORE revocations:{tokens} " + user(revoked))).doesNotContain("$-1");
	}

	@Test
	void operatorsFindAndChangeAnAccountThatRedisLost() {
		String token = opened();
		change(token, Tier.PRO);
		redis.flush();

		change(token, Tier.ENTERPRISE);

		assertThat(accounts().find(user(token)).map(Accounts.Details::tier).block(LIMIT)).isEqualTo("enterprise");
		assertThat(stored(token)).containsEntry("tier", "enterprise").containsEntry("origin", "issued");
	}

	@Test
	void aNewAccountIsWrittenBehindWithoutItsTierSoThatItUndoesNoChange() {
		String token = opened();
		assertThat(stored(token)).isEmpty();
		flush();
		assertThat(stored(token)).containsKeys("created", "expires").doesNotContainKey("tier");
	}

	@Test
	void aStoreThatFailsOrHangsRejectsNobodyAndLosesNoTier() {
		String paying = opened();
		change(paying, Tier.PRO);
		for (MemoryStore.State state : new MemoryStore.State[] { MemoryStore.State.BROKEN, MemoryStore.State.HUNG }) {
			MemoryStore.be(state);
			redis.flush();
			try (Gateway fresh = gateway("clearview.durable.timeout=50ms", "clearview.durable.retry-after=100ms")) {
				for (int i = 0; i < 7; i++) {
					assertThat(status(fresh, fresh.token())).as("a new account").isEqualTo(200);
				}
				assertThat(status(fresh, paying)).isEqualTo(200);
				assertThat(inRedis(paying, "tier")).as("not opened as free").contains("$-1");
				MemoryStore.be(MemoryStore.State.WELL);
				eventually("asked again", () -> {
					assertThat(status(fresh, paying)).isEqualTo(200);
					return inRedis(paying, "tier").contains("pro");
				});
			}
		}
	}

	@Test
	void whatOperatorsChangeWhileTheStoreFailsIsWrittenLater() {
		String token = opened();
		MemoryStore.be(MemoryStore.State.BROKEN);
		change(token, Tier.PRO);
		assertThat(inRedis(token, "tier")).contains("pro");
		assertThat(stored(token)).isEmpty();
		MemoryStore.be(MemoryStore.State.WELL);
		flush();
		assertThat(stored(token)).containsEntry("tier", "pro");
	}

	@Test
	void accountsThatRedisMustHaveAreNotReadFromTheStore() {
		eventually("marked", () -> redis.ask("HGET token-versions:{tokens} since").contains("$13"));
		redis.ask("HSET token-versions:{tokens} since " + Instant.now().minus(Duration.ofDays(3)).toEpochMilli());
		eventually("the filter is read", () -> this.gateway.context().getBean(AdoptedFilter.class).isLoaded());
		int before = MemoryStore.reads();

		assertThat(status(this.gateway, this.gateway.token())).isEqualTo(200);
		assertThat(status(this.gateway, "Bearer " + "1f1e2d3c4b5a6979".repeat(4))).as("adopted").isEqualTo(200);
		try (Gateway closed = gateway()) {
			assertThat(status(closed, "Bearer " + "2f1e2d3c4b5a6979".repeat(4))).as("forged").isEqualTo(401);
		}

		assertThat(MemoryStore.reads()).isEqualTo(before);
	}

	@Test
	void aTokenThatWasRevokedBeforeItWasUsedStaysRevokedThoughTheStoreFailedMeanwhile() {
		String unused = this.gateway.token();
		MemoryStore.be(MemoryStore.State.BROKEN);
		assertThat(accounts().revokeTokens(user(unused)).block(LIMIT)).isEqualTo(1);
		MemoryStore.be(MemoryStore.State.WELL);
		flush();
		assertThat(MemoryStore.document("revocations", user(unused))).containsOnlyKeys("expires");
		this.gateway.close();

		redis.flush();

		try (Gateway fresh = gateway()) {
			assertThat(status(fresh, unused)).isEqualTo(401);
		}
	}

	@Test
	void whatWaitsIsWrittenWhenTheGatewayStops() {
		String token;
		try (Gateway other = gateway()) {
			token = other.token();
			assertThat(status(other, token)).isEqualTo(200);
		}
		assertThat(stored(token)).containsKey("created");
	}

	private static Gateway gateway(String... settings) {
		return Gateway.start(redis.url(), classifier.baseUrl(), MemoryStore.settings(settings));
	}

	private String opened() {
		String token = this.gateway.token();
		assertThat(status(this.gateway, token)).isEqualTo(200);
		eventually("the account is open", () -> {
			assertThat(status(this.gateway, token)).isEqualTo(200);
			return inRedis(token, "tier").contains("free");
		});
		return token;
	}

	private Accounts accounts() {
		return this.gateway.context().getBean(Accounts.class);
	}

	private void change(String token, Tier tier) {
		assertThat(accounts().changeTier(user(token), tier).block(LIMIT)).isEqualTo(1);
	}

	private void flush() {
		this.gateway.context().getBean(WriteBehind.class).flush().retry(100).block(LIMIT);
	}

	private static int status(Gateway at, String token) {
		return at
			.send(at.request("/classify")
				.header("Content-Type", "application/json")
				.header("Authorization", token)
				.POST(BodyPublishers.ofString("{}")))
			.status();
	}

	private static String inRedis(String token, String field) {
		return redis.ask("HGET " + TokenStore.accountKey(user(token)) + " " + field);
	}

	private static Map<String, Object> stored(String token) {
		return MemoryStore.document("accounts", user(token));
	}

	private static String user(String bearer) {
		return Credentials.Token.of(HexFormat.of().parseHex(bearer.substring("Bearer ".length()))).user();
	}

	private boolean isMarkedWhole() {
		return redis.ask("HGET token-versions:{tokens} since").contains("$13");
	}

}
