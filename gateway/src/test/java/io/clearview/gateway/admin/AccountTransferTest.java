package io.clearview.gateway.admin;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.clearview.gateway.admin.AdminCommand.Result;
import io.clearview.gateway.testing.Gateway;
import io.clearview.gateway.testing.Gateway.Answer;
import io.clearview.gateway.testing.MemoryStore;
import io.clearview.kit.durable.WriteBehind;
import io.clearview.kit.testing.KeyFiles;
import io.clearview.kit.testing.TestRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** {@code clearview-admin durable}, between redis-state and a store in memory. */
class AccountTransferTest {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final String YEARS = Long.toString(Instant.parse("2999-01-01T00:00:00Z").toEpochMilli());

	private static final String LONG_AGO = "1700000000000";

	/** More than three pages of either side. */
	private static final int MANY = 1_000;

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	@RegisterExtension
	static final WireMockExtension classifier = WireMockExtension.newInstance()
		.options(wireMockConfig().dynamicPort())
		.build();

	@TempDir
	static Path keys;

	static Path admin;

	/** One for each test, because a gateway restores the revocations that it knows. */
	private Gateway gateway;

	static SignedCalls operator;

	@BeforeAll
	static void makeKey() {
		admin = KeyFiles.ring(keys, "admin");
		operator = new SignedCalls("ops", KeyFiles.write(admin, "ops", Instant.EPOCH, true));
	}

	private static String[] settings(String... more) {
		List<String> all = new ArrayList<>(List.of(more));
		all.addAll(List.of("clearview.admin.keys=" + admin, "clearview.limits.shared.admin=100000",
				"clearview.token.migration-until=2999-01-01T00:00:00Z"));
		return all.toArray(String[]::new);
	}

	@AfterEach
	void stop() {
		this.gateway.close();
	}

	@BeforeEach
	void start() {
		redis.flush();
		MemoryStore.reset();
		classifier.stubFor(any(anyUrl()).willReturn(okJson("{\"success\":true}")));
		this.gateway = Gateway.start(redis.url(), classifier.baseUrl(), settings(MemoryStore.settings()));
	}

	@Test
	void exportsEveryAccountRevocationAndOldTokenAndThenFindsNoDifference() {
		redis.ask(IntStream.range(0, MANY)
			.mapToObj((i) -> accountCommand(user(i), (i % 10 == 0) ? "pro" : "free", "issued"))
			.collect(Collectors.joining("\r\n")));
		account(user(MANY), "free", "adopted");
		revocation(user(1));

		assertThat(run("durable", "verify").exit()).as("nothing is in the store").isEqualTo(1);
		Result exported = run("durable", "export");

		assertThat(exported.output()).contains("1002 read, 1003 changed, 0 different");
		assertDone(exported);
		assertThat(MemoryStore.document("accounts", user(10))).containsEntry("tier", "pro")
			.containsEntry("origin", "issued")
			.containsEntry("created", Instant.ofEpochMilli(Long.parseLong(LONG_AGO)));
		assertThat(MemoryStore.document("accounts", user(11))).doesNotContainKey("tier");
		assertThat(MemoryStore.document("adopted", user(MANY))).containsKey("expires");
		assertThat(MemoryStore.document("revocations", user(1))).containsKey("expires");
		assertThat(run("durable", "export").output()).as("repeated").contains("0 changed");
		// the filter has no bits here, because the account was not adopted by a request
		assertDone(run("durable", "import"));
		assertThat(run("durable", "verify")).isEqualTo(new Result(0, "2005 read, 0 changed, 0 different\n"));
	}

	@Test
	void exportingChangesNothingThatAnOperatorSetInTheStore() {
		account(user(1), "pro", "issued");
		MemoryStore.put("accounts", user(1), Map.of("tier", "enterprise"));

		assertDone(run("durable", "export"));

		assertThat(MemoryStore.document("accounts", user(1))).containsEntry("tier", "enterprise")
			.containsEntry("origin", "issued");
		Result compared = run("durable", "verify");
		assertThat(compared.exit()).isEqualTo(1);
		assertThat(compared.output()).contains("account " + user(1)
				+ ": tier is pro in redis-state, enterprise in the durable store\n2 read, 0 changed, 1 different");
	}

	@Test
	void importsWhatRedisLostAndTheTiersOfTheStore() {
		redis.ask(IntStream.range(0, MANY)
			.mapToObj((i) -> accountCommand(user(i), "pro", "issued"))
			.collect(Collectors.joining("\r\n")));
		account(user(MANY), "free", "adopted");
		revocation(user(1));
		export();
		redis.flush();
		account(user(2), "free", "issued");
		account(user(3), "enterprise", "issued");

		Result imported = run("durable", "import");

		assertDone(imported);
		assertThat(redis.ask("HGET account:{" + user(2) + "} tier")).contains("pro");
		assertThat(redis.ask("HGET account:{" + user(3) + "} tier")).contains("pro");
		assertThat(redis.ask("HGET account:{" + user(999) + "} created")).contains(LONG_AGO);
		assertThat(redis.ask("ZSCORE revocations:{tokens} " + user(1))).doesNotContain("$-1");
		assertDone(run("durable", "verify"));
		assertThat(run("durable", "import").output()).as("repeated").contains("0 changed");
	}

	@Test
	void saysWhereTheTwoDiffer() {
		account(user(1), "free", "issued");
		account(user(2), "free", "issued");
		revocation(user(2));
		export();
		MemoryStore.put("accounts", user(1), Map.of("revoked", Instant.EPOCH));
		MemoryStore.put("accounts", user(3), Map.of("expires", Instant.parse("2999-01-01T00:00:00Z")));
		MemoryStore.put("accounts", user(4), Map.of("expires", Instant.EPOCH));
		MemoryStore.put("adopted", user(3), Map.of("expires", Instant.parse("2999-01-01T00:00:00Z")));
		MemoryStore.put("revocations", user(3), Map.of("expires", Instant.parse("2999-01-01T00:00:00Z")));
		account(user(5), "free", "adopted");
		revocation(user(5));

		Result compared = run("durable", "verify");

		assertThat(compared.exit()).isEqualTo(1);
		assertThat(compared.output().lines()).contains(
				"account " + user(1) + ": revoked is no in redis-state, yes in the durable store",
				"account " + user(3) + ": entry is missing in redis-state, present in the durable store",
				"adopted " + user(3) + ": entry is missing in redis-state, present in the durable store",
				"revocation " + user(3) + ": entry is missing in redis-state, present in the durable store",
				"account " + user(5) + ": entry is present in redis-state, missing in the durable store",
				"adopted " + user(5) + ": entry is present in redis-state, missing in the durable store",
				"revocation " + user(5) + ": entry is present in redis-state, missing in the durable store");
		assertThat(compared.output()).contains(" 7 different").doesNotContain(user(4));
	}

	@Test
	void anAccountThatIsNotWrittenYetIsNoDifference() {
		String token = this.gateway.token();
		assertThat(this.gateway.send(this.gateway.classify(token, "{}")).status()).isEqualTo(200);
		eventually("it is open", () -> redis.ask("KEYS account:*").contains("account:{"));

		assertDone(run("durable", "verify"));
	}

	@Test
	void aStoreThatFailsIsNamedAndTheCommandFails() {
		account(user(1), "free", "issued");
		MemoryStore.be(MemoryStore.State.BROKEN);

		Result failed = run("durable", "export");

		assertThat(failed.exit()).isEqualTo(1);
		assertThat(failed.output()).contains("SERVICE_UNAVAILABLE: The durable store failed (IllegalStateException)");
		assertThat(run("--json", "durable", "export").output()).contains("\"done\":false");
		assertThat(run("audit", "10").output()).contains("durable_exported").contains("refused");
	}

	@Test
	void withoutADurableStoreTheRequestIsRefused() {
		try (Gateway plain = Gateway.start(redis.url(), classifier.baseUrl(), settings())) {
			Answer answer = plain.send(operator.call(plain, "POST", "/admin/durable/export"));
			assertThat(answer.status()).isEqualTo(400);
			assertThat(answer.json().get("error").asString()).isEqualTo("INVALID_REQUEST");
			assertThat(answer.json().get("message").asString()).contains("clearview.durable.kind");
			assertThat(AdminCommand.run(plain, admin, "durable", "verify").output())
				.contains("INVALID_REQUEST: clearview.durable.kind");
			assertThat(plain.send(operator.call(plain, "GET", "/admin/durable/export")).status()).isEqualTo(405);
		}
	}

	private static void assertDone(Result result) {
		assertThat(result.exit()).as(result.output()).isZero();
	}

	/** Repeats it where it failed half-way, as the command tells an operator to. */
	private void export() {
		eventually("exported", () -> run("durable", "export").exit() == 0);
	}

	private Result run(String... words) {
		this.gateway.context().getBean(WriteBehind.class).flush().onErrorComplete().block(LIMIT);
		return AdminCommand.run(this.gateway, admin, words);
	}

	private static void account(String user, String tier, String origin) {
		redis.ask(accountCommand(user, tier, origin));
	}

	private static String accountCommand(String user, String tier, String origin) {
		return "HSET account:{" + user + "} tier " + tier + " origin " + origin + " created " + LONG_AGO + " expires "
				+ YEARS;
	}

	private static void revocation(String user) {
		redis.ask("ZADD revocations:{tokens} " + YEARS + " " + user);
	}

	private static String user(int number) {
		return "%064x".formatted(number + 0x1234_5678L);
	}

}
