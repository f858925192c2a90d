package io.clearview.gateway;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.clearview.gateway.testing.Gateway;
import io.clearview.gateway.testing.Gateway.Answer;
import io.clearview.gateway.testing.OpenApi;
import io.clearview.kit.testing.TestRedis;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** What users see while something behind the gateway is stopped, or hangs. */
class OutageTest {

	private static final String POSTS = """
			{"posts":[{"hash":"post_1","content":"zqpost a"},{"hash":"post_2","content":"zqpost b"}]}""";

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	@RegisterExtension
	static final WireMockExtension classifier = WireMockExtension.newInstance()
		.options(wireMockConfig().dynamicPort())
		.build();

	private static final OpenApi api = OpenApi.read();

	private static Gateway gateway;

	@BeforeAll
	static void startGateway() {
		// A token is asked after again with every request, so that Redis is missed at
		// once.
		gateway = Gateway.start(redis.url(), classifier.baseUrl(), "clearview.redis.timeout=500ms",
				"clearview.redis.probe=50ms", "clearview.token.cache.valid=1ns", "clearview.token.cache.unknown=1ns",
				"clearview.classifier.probe.interval=100ms", "clearview.breaker.deadline=1s");
	}

	@AfterAll
	static void stopGateway() {
		gateway.close();
	}

	@BeforeEach
	@AfterEach
	void everythingWorks() {
		redis.resume();
		redis.start();
		classifier.resetAll();
		classifier.stubFor(any(anyUrl()).willReturn(okJson("{\"from\":\"classifier\"}")));
		eventually("healthy", () -> health().equals("healthy"));
	}

	@Test
	void passesTokensThatProveThemselvesWhileRedisHangs() {
		String token = gateway.token();
		assertThat(classify(token).status()).isEqualTo(200);
		redis.hang();

		genuineTokensPassAndForgedOnesAreRefused(token);

		redis.resume();
		eventually("Redis is used", () -> health().equals("healthy"));
		assertThat(gateway.send(gateway.classify(gateway.token(), POSTS)).status()).isEqualTo(200);
	}

	@Test
	void waitsForARedisThatIsSlowToTellOfATokenThatIsNew() {
		String token = gateway.token();
		try (Gateway fresh = Gateway.start(redis.url(), classifier.baseUrl(), "clearview.redis.timeout=50ms",
				"clearview.redis.long-timeout=30s")) {
			redis.hang();
			CompletableFuture<Answer> first = soon(() -> fresh.send(fresh.classify(token, POSTS)));
			eventually("it went on without its limits", () -> fresh.redisCalls("timeout") >= 1);
			CompletableFuture<Answer> second = soon(() -> fresh.send(fresh.classify(token, POSTS)));
			eventually("so did another one later", () -> fresh.redisCalls("timeout") >= 2);
			redis.resume();

			for (CompletableFuture<Answer> answer : List.of(first, second)) {
				assertThat(answer).succeedsWithin(Duration.ofSeconds(30)).returns(200, Answer::status);
			}
		}
	}

	@Test
	void passesTokensThatProveThemselvesWhileRedisIsStopped() {
		String token = gateway.token();
		assertThat(classify(token).status()).isEqualTo(200);
		redis.stop();

		genuineTokensPassAndForgedOnesAreRefused(token);

		redis.start();
		eventually("Redis is used", () -> health().equals("healthy"));
		// it came back empty: the token proves itself and opens its account anew
		assertThat(classify(token).status()).isEqualTo(200);
	}

	@Test
	void servesUsersWhenRedisIsStoppedBeforeTheGatewayStarts() {
		String token = gateway.token();
		redis.stop();
		try (Gateway fresh = Gateway.start(redis.url(), classifier.baseUrl(), "clearview.redis.startup=100ms",
				"clearview.redis.probe=50ms")) {
			assertThat(fresh.send(fresh.classify(token, POSTS)).status()).isEqualTo(200);
			assertThat(fresh.send(fresh.classify(fresh.token(), POSTS)).status()).isEqualTo(200);
			Answer adopted = fresh.send(fresh.classify("Bearer " + "0123456789abcdef".repeat(4), POSTS));
			assertThat(adopted.status()).as("nobody can tell").isEqualTo(503);
			assertThat(adopted.json().get("error").asString()).isEqualTo("AUTH_UNAVAILABLE");
		}
	}

	@Test
	void showsEveryPostAtOnceWhileNoInstanceTakesConnections() {
		String token = gateway.token();
		try (Gateway lonely = Gateway.start(redis.url(), "http://127.0.0.1:" + TestRedis.freePort())) {
			Answer answer = api.conforms("POST", "/classify", lonely.send(lonely.classify(token, POSTS)));

			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.json().at("/classifications/1/reason").asString()).isEqualTo("CLASSIFIER_UNAVAILABLE");
			Answer invalid = lonely.send(lonely.classify(token, "{\"posts\":[]}"));
			assertThat(api.conforms("POST", "/classify", invalid).status()).isEqualTo(400);
			Answer quota = lonely.send(lonely.request("/quota").header("Authorization", token));
			assertThat(api.conforms("GET", "/quota", quota).status()).isEqualTo(503);
			assertThat(quota.json().get("error").asString()).isEqualTo("SERVICE_UNAVAILABLE");
			assertThat(lonely.send(lonely.request("/health")).json().get("status").asString()).isEqualTo("degraded");
		}
	}

	@Test
	void asksAnotherInstanceWhenOneRefusesTheConnection() {
		String token = gateway.token();
		try (Gateway both = Gateway.start(redis.url(),
				"http://127.0.0.1:" + TestRedis.freePort() + "," + classifier.baseUrl(),
				"clearview.classifier.probe.interval=1h")) {
			for (int i = 0; i < 10; i++) {
				assertThat(both.send(both.classify(token, POSTS)).body()).contains("from");
			}
		}
	}

	@Test
	void showsEveryPostWhenTheClassifierIsLate() {
		String token = gateway.token();
		classifier.stubFor(post("/classify").willReturn(okJson("{}").withFixedDelay(20_000)));

		Answer answer = api.conforms("POST", "/classify", classify(token));

		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.json().at("/classifications/0/failedOpen").asBoolean()).isTrue();
	}

	@Test
	void showsEveryPostWhenTheClassifiersAnswerStallsOrBreaksOff() {
		String token = gateway.token();
		ResponseDefinitionBuilder half = okJson("{\"from\":\"classifier\"}");
		classifier.stubFor(post("/classify").willReturn(half.withChunkedDribbleDelay(4, 20_000)));
		Answer stalled = api.conforms("POST", "/classify", classify(token));
		classifier.stubFor(post("/classify").willReturn(aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK)));
		Answer broken = api.conforms("POST", "/classify", classify(token));

		for (Answer answer : new Answer[] { stalled, broken }) {
			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.json().get("classifications")).hasSize(2);
			assertThat(answer.json().at("/classifications/0/failedOpen").asBoolean()).isTrue();
		}
	}

	private static void genuineTokensPassAndForgedOnesAreRefused(String token) {
		eventually("degraded", () -> {
			classify(token);
			return health().equals("degraded");
		});
		assertThat(classify(token).body()).isEqualTo("{\"from\":\"classifier\"}");
		Answer forged = classify("Bearer " + "0123456789abcdef".repeat(4));
		assertThat(forged.status()).isEqualTo(401);
		Answer issued = auth();
		assertThat(issued.status()).isEqualTo(201);
		assertThat(classify(issued.json().get("token").asString()).status()).isEqualTo(200);
		assertThat(gateway.send(gateway.request("/health")).status()).isEqualTo(200);
	}

	private static CompletableFuture<Answer> soon(Supplier<Answer> request) {
		return CompletableFuture.supplyAsync(request, Thread::startVirtualThread);
	}

	private static Answer classify(String token) {
		return gateway.send(gateway.classify(token, POSTS));
	}

	private static Answer auth() {
		return gateway
			.send(gateway.request("/auth").header("Content-Type", "application/json").POST(BodyPublishers.noBody()));
	}

	private static String health() {
		return gateway.send(gateway.request("/health")).json().get("status").asString();
	}

}
