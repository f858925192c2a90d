package io.clearview.gateway.token;

import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.testing.Gateway;
import io.clearview.gateway.token.Revocations.Revocation;
import io.clearview.kit.testing.KeyFiles;
import io.clearview.kit.testing.TestRedis;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** Which tokens pass, and what they cost redis-state. */
class TokensTest {

	private static final int MANY = 100_000;

	/** While the window is open; each costs a look-up. */
	private static final int FORGED = Integer.getInteger("clearview.forged-tokens", 10_000);

	private static final String POSTS = "{}";

	private static final String OPEN = "clearview.token.migration-until=2999-01-01T00:00:00Z";

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	private static WireMockServer classifier;

	private static Gateway gateway;

	@TempDir
	private Path keys;

	@BeforeAll
	static void start() {
		classifier = new WireMockServer(WireMockConfiguration.options().dynamicPort());
		classifier.start();
		classifier.stubFor(any(anyUrl()).willReturn(okJson("{\"success\":true}")));
		gateway = Gateway.start(redis.url(), classifier.baseUrl());
	}

	@AfterAll
	static void stop() {
		gateway.close();
		classifier.stop();
	}

	@Test
	void aHundredThousandForgedTokensOfEitherFormHardlyReachRedis() {
		AdoptedFilter filter = gateway.context().getBean(AdoptedFilter.class);
		Tokens tokens = gateway.context().getBean(Tokens.class);
		TokenCodec codec = gateway.context().getBean(TokenCodec.class);
		Random random = new Random(3);
		for (int i = 0; i < MANY; i++) {
			filter.add(Credentials.Token.of(bytes(random)).user());
		}
		byte[] genuine = codec.issue().orElseThrow().token();
		long before = redis.calls("hmget");
		Long refused = Flux.range(0, 2 * MANY).flatMap((i) -> {
			byte[] forged = bytes(random);
			if (i % 2 == 0) {
				System.arraycopy(genuine, 0, forged, 0, 3);
			}
			return tokens.validate(Credentials.Token.of(forged), false);
		}).filter((validation) -> validation instanceof Validation.Unknown).count().block();
		assertThat(refused).isEqualTo(2 * MANY);
		// the comparison of versions uses the command, too
		assertThat(redis.calls("hmget") - before).isLessThanOrEqualTo(2 * MANY / 1000);
	}

	/**
	 * One look-up each, because any may be a token of the old backend, and no more
	 * accounts than the network may open.
	 */
	@Test
	void whileTheWindowIsOpenForgedTokensOpenNoMoreAccountsThanTheNetworkMay() {
		int most = 50;
		try (Gateway open = Gateway.start(redis.url(), classifier.baseUrl(), OPEN,
				"clearview.sign-up.ipv4-network.at-once=" + most,
				"clearview.sign-up.ipv4-network.one-more-every=365d")) {
			Tokens tokens = open.context().getBean(Tokens.class);
			Registrar registrar = open.context().getBean(Registrar.class);
			Random random = new Random(4);
			long lookUps = redis.calls("hmget");
			long opened = redis.calls("hsetnx");
			Map<String, Long> outcomes = Flux.range(0, FORGED)
				.map((_) -> Credentials.Token.of(bytes(random)))
				.flatMap((token) -> tokens.validate(token, false)
					.flatMap((_) -> registrar.adopt(request(), token))
					.map((_) -> "adopted")
					.onErrorResume(ApiException.class, (refusal) -> Mono.just(refusal.code().name())), 64)
				.collect(Collectors.groupingBy((outcome) -> outcome, Collectors.counting()))
				.block();
			assertThat(outcomes)
				.isEqualTo(Map.of("adopted", (long) most, "FINGERPRINT_LIMIT_EXCEEDED", (long) FORGED - most));
			assertThat(redis.calls("hsetnx") - opened).isEqualTo(most);
			// one for the token, one once it is reserved, and the comparison of versions
			assertThat(redis.calls("hmget") - lookUps).isLessThan(3L * FORGED);
		}
	}

	private static MockServerWebExchange request() {
		return MockServerWebExchange.from(MockServerHttpRequest.post("/classify")
			.remoteAddress(new InetSocketAddress("198.51.100.9", 1))
			.header("X-Forwarded-For", "198.51.100.9"));
	}

	@Test
	void aRevocationHoldsThoughNoMessageTellsOfIt() {
		String token = gateway.token();
		assertThat(gateway.send(gateway.classify(token, POSTS)).status()).isEqualTo(200);
		String user = user(token);
		// as another gateway does it, whose message is lost
		redis.ask("ZADD revocations:{tokens} 4102444800000 " + user);
		redis.ask("HINCRBY token-versions:{tokens} changes 1");
		eventually("revoked", () -> gateway.send(gateway.classify(token, POSTS)).status() == 401);
		assertThat(gateway.context().getBean(TokenProperties.class).sync())
			.as("with the time of a look-up less than 5 s")
			.isLessThanOrEqualTo(Duration.ofSeconds(2));
		assertThat(redis.ask("HGET account:{" + user + "} revoked")).as("only the list says so").contains("$-1");
	}

	@Test
	void revocationsAreKnownFromTheStart() {
		String token = gateway.token();
		String user = user(token);
		redis.ask("ZADD revocations:{tokens} 4102444800000 " + user);
		redis.ask("HINCRBY token-versions:{tokens} changes 1");
		try (Gateway fresh = Gateway.start(redis.url(), classifier.baseUrl(), "clearview.token.sync=1h",
				tokenKeysOf(gateway))) {
			assertThat(fresh.send(fresh.classify(token, POSTS)).status()).isEqualTo(401);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "ZREM revocations:{tokens} USER", "DEL revocations:{tokens}" })
	void revocationsThatRedisLostAreWrittenBackByAGatewayThatHoldsThem(String loss) {
		String token = gateway.token();
		String user = user(token);
		gateway.context().getBean(Accounts.class).revokeTokens(user).block();
		assertThat(redis.ask("ZSCORE revocations:{tokens} " + user)).doesNotContain("$-1");
		// as after a fail-over to a replica that is behind
		redis.ask(loss.replace("USER", user));
		redis.ask("HSET token-versions:{tokens} changes 1");
		eventually("written back", () -> !redis.ask("ZSCORE revocations:{tokens} " + user).contains("$-1"));
		assertThat(gateway.send(gateway.classify(token, POSTS)).status()).isEqualTo(401);
	}

	@Test
	void aVersionThatWasLostIsNotGivenAgainToAnotherChange() {
		Accounts accounts = gateway.context().getBean(Accounts.class);
		accounts.revokeTokens(user(gateway.token())).block();
		String lost = redis.ask("HGET token-versions:{tokens} changes");
		String before = Long.toString(Long.parseLong(lost.lines().toList().get(1).strip()) - 1);
		redis.ask("HSET token-versions:{tokens} changes " + before);
		accounts.revokeTokens(user(gateway.token())).block();
		assertThat(redis.ask("HGET token-versions:{tokens} changes")).isNotEqualTo(lost);
	}

	@Test
	void aRevocationThatHasExpiredIsNotWrittenBack() {
		Revocations revocations = new Revocations();
		Instant now = Instant.parse("2026-11-27T12:00:00Z");
		revocations.add("a", now);
		revocations.add("b", now.plusMillis(1));
		revocations.add("c", now.plusSeconds(60));
		Revocation onTheList = new Revocation("c", now.plusSeconds(60));
		assertThat(revocations.merge(List.of(onTheList), now)).containsExactly(new Revocation("b", now.plusMillis(1)));
		assertThat(revocations.contains("a")).isFalse();
		assertThat(List.of("b", "c")).allMatch(revocations::contains);
	}

	@Test
	void aReservationThatNobodyUsesIsTakenOver() {
		String old = "ab12cd34ef56a7b8".repeat(4);
		String user = user("Bearer " + old);
		// as a slow SET leaves it, whose sender has given up; or an instance that was
		// killed
		redis.ask("SET adopting:{" + user + "} another-instance PX 600000");
		try (Gateway open = Gateway.start(redis.url(), classifier.baseUrl(), OPEN)) {
			assertThat(classifyFrom(open, "Bearer " + old, "192.0.2.7")).isEqualTo(200);
			assertThat(redis.ask("HGET account:{" + user + "} origin")).contains("adopted");
		}
	}

	@Test
	void aReservationOfAnInstanceIsEndedByItselfOnly() {
		TokenStore store = gateway.context().getBean(TokenStore.class);
		String user = "5".repeat(64);
		assertThat(store.beginAdoption(user, "one", "").block()).isEqualTo("one");
		assertThat(store.beginAdoption(user, "one", "").block()).as("a leftover of its own").isEqualTo("one");
		assertThat(store.beginAdoption(user, "two", "").block()).isEqualTo("one");
		assertThat(store.beginAdoption(user, "two", "three").block()).isEqualTo("one");
		store.endAdoption(user, "two").block();
		assertThat(store.beginAdoption(user, "two", "").block()).isEqualTo("one");
		assertThat(store.beginAdoption(user, "two", "one").block()).as("taken over").isEqualTo("two");
		store.endAdoption(user, "two").block();
		assertThat(store.beginAdoption(user, "three", "").block()).isEqualTo("three");
	}

	@Test
	void aSignUpStoresNothingAndTheFirstRequestOpensTheAccountOnce() {
		String token = gateway.token();
		String key = TokenStore.accountKey(user(token));
		assertThat(redis.ask("EXISTS " + key)).contains(":0");
		long opened = redis.calls("hsetnx");
		IntStream.range(0, 16)
			.parallel()
			.forEach((_) -> assertThat(gateway.send(gateway.classify(token, POSTS)).status()).isEqualTo(200));
		assertThat(redis.ask("HGET " + key + " origin")).contains("issued");
		assertThat(redis.calls("hsetnx") - opened).isEqualTo(1);
	}

	@Test
	void parallelRequestsOfOneOldTokenAdoptItOnceAndOnClassifyOnly() {
		try (Gateway one = Gateway.start(redis.url(), classifier.baseUrl(), OPEN, deviceLimit());
				Gateway two = Gateway.start(redis.url(), classifier.baseUrl(), OPEN, deviceLimit())) {
			String old = "Bearer " + "0f1e2d3c4b5a6978".repeat(4);
			assertThat(one.send(one.request("/quota", "192.0.2.1").header("Authorization", old)).status())
				.isEqualTo(401);
			List<Integer> statuses = IntStream.range(0, 16)
				.parallel()
				.mapToObj((i) -> classifyFrom((i % 2 == 0) ? one : two, old, "192.0.2.1"))
				.toList();
			assertThat(statuses).containsOnly(200);
			for (int i = 1; i < 5; i++) {
				assertThat(classifyFrom(one, "Bearer " + ("0f1e2d3c4b5a697" + i).repeat(4), "192.0.2.1"))
					.as("token %d of this device", i)
					.isEqualTo(200);
			}
			assertThat(classifyFrom(two, "Bearer " + "0f1e2d3c4b5a697a".repeat(4), "192.0.2.1")).isEqualTo(429);
			assertThat(one.send(one.request("/quota", "192.0.2.1").header("Authorization", old)).status())
				.isEqualTo(200);
			eventually("the filter of a gateway whose window is closed",
					() -> gateway.send(gateway.classify(old, POSTS)).status() == 200);
		}
	}

	@Test
	void aCompromisedKeyIsRejectedForNewAccountsOnly() throws Exception {
		KeyFiles.write(this.keys, "one", Instant.EPOCH, true);
		KeyFiles.write(this.keys, "two", Instant.EPOCH.plusSeconds(1), true);
		try (Gateway other = Gateway.start(redis.url(), classifier.baseUrl(), "clearview.token.keys=" + this.keys,
				"clearview.key-poll=50ms")) {
			String used = other.token();
			String stolen = other.token();
			assertThat(other.send(other.classify(used, POSTS)).status()).isEqualTo(200);
			Files.createFile(this.keys.resolve("two.compromised"));
			eventually("an account that does not exist is refused",
					() -> other.send(other.classify(other.token(), POSTS)).status() == 200
							&& other.context().getBean(TokenCodec.class).verify(token(stolen)).compromised());
			assertThat(other.send(other.classify(stolen, POSTS)).status()).isEqualTo(401);
			assertThat(other.send(other.classify(used, POSTS)).status()).isEqualTo(200);
		}
	}

	private static int classifyFrom(Gateway at, String token, String address) {
		return at
			.send(at.request("/classify", address)
				.header("Content-Type", "application/json")
				.header("Authorization", token)
				.POST(BodyPublishers.ofString(POSTS)))
			.status();
	}

	private static String deviceLimit() {
		return "clearview.sign-up.ipv4-network.short-at=0";
	}

	private static String tokenKeysOf(Gateway other) {
		return "clearview.token.keys=" + other.context().getEnvironment().getRequiredProperty("clearview.token.keys");
	}

	private static String user(String bearer) {
		return Credentials.Token.of(token(bearer)).user();
	}

	private static byte[] token(String bearer) {
		return HexFormat.of().parseHex(bearer.substring("Bearer ".length()));
	}

	private static byte[] bytes(Random random) {
		byte[] bytes = new byte[TokenCodec.BYTES];
		random.nextBytes(bytes);
		return bytes;
	}

}
