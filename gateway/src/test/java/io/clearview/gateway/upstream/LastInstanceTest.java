package io.clearview.gateway.upstream;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.clearview.gateway.testing.Gateway;
import io.clearview.gateway.testing.Gateway.Answer;
import io.clearview.kit.testing.TestRedis;
import io.clearview.gateway.testing.StubInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** A classifier that is one instance: it is never taken out. */
class LastInstanceTest {

	private static final String POSTS = """
			{"posts":[{"hash":"post_1","content":"zqpost a"}]}""";

	private static final String ADDRESS = "127.0.0.1";

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	@Test
	void waitsAMomentWhileTheOnlyInstanceRefusesConnections() throws IOException {
		int port = TestRedis.freePort();
		try (Gateway gateway = start(port, "clearview.classifier.probe.interval=1h")) {
			String token = gateway.token();
			CompletableFuture<Answer> waiting = classifySoon(gateway, token);
			eventually("the connection was refused", () -> health(gateway).equals("degraded"));
			try (StubInstance _ = new StubInstance(ADDRESS, port)) {
				assertThat(waiting).succeedsWithin(Duration.ofSeconds(30)).satisfies(LastInstanceTest::isJudged);
			}
		}
	}

	@Test
	void asksTheOnlyInstanceAsSoonAsItIsBackHoweverManyRequestsItRefused() throws IOException {
		int port = TestRedis.freePort();
		try (Gateway gateway = start(port, "clearview.classifier.probe.interval=1h")) {
			String token = gateway.token();
			for (int i = 0; i < 30; i++) {
				assertThat(classify(gateway, token).body()).contains("CLASSIFIER_UNAVAILABLE");
			}
			try (StubInstance _ = new StubInstance(ADDRESS, port)) {
				assertThat(classify(gateway, token)).satisfies(LastInstanceTest::isJudged);
			}
		}
	}

	@Test
	void holdsFewRequestsOnTheOnlyInstanceWhileItHangsAndUsesItWhenItRespondsAgain() throws IOException {
		try (StubInstance only = new StubInstance(ADDRESS, 0);
				Gateway gateway = start(only.port(), "clearview.classifier.probe.interval=20ms",
						"clearview.classifier.probe.timeout=1s", "clearview.classifier.probe.failures=1",
						"clearview.breaker.deadline=60s")) {
			String token = gateway.token();
			assertThat(classify(gateway, token)).satisfies(LastInstanceTest::isJudged);
			only.behave(StubInstance.Behaviour.HANG);
			eventually("a probe timed out", () -> health(gateway).equals("degraded"));

			List<CompletableFuture<Answer>> requests = Stream.generate(() -> classifySoon(gateway, token))
				.limit(20)
				.toList();
			eventually("all but the trials are answered at once",
					() -> requests.stream().filter(CompletableFuture::isDone).count() == requests.size()
							- Instance.MAX_TRIALS);
			assertThat(only.requests()).isEqualTo(1 + Instance.MAX_TRIALS);

			only.behave(StubInstance.Behaviour.RESPOND);
			eventually("the trials are answered", () -> requests.stream().allMatch(CompletableFuture::isDone));
			assertThat(
					requests.stream().map(CompletableFuture::join).filter((answer) -> answer.body().contains("from")))
				.hasSize(Instance.MAX_TRIALS);
			assertThat(classify(gateway, token)).satisfies(LastInstanceTest::isJudged);
		}
	}

	@Test
	void sendsARequestAgainWhoseConnectionClosedBeforeAnythingCameBack() throws IOException {
		try (StubInstance only = new StubInstance(ADDRESS, 0); Gateway gateway = start(only.port())) {
			String token = gateway.token();
			assertThat(classify(gateway, token)).satisfies(LastInstanceTest::isJudged);
			for (int i = 0; i < 20; i++) {
				only.behave(StubInstance.Behaviour.CLOSE_ONCE);
				assertThat(classify(gateway, token)).satisfies(LastInstanceTest::isJudged);
			}
			assertThat(only.requests()).isEqualTo(41);
		}
	}

	private static Gateway start(int port, String... settings) {
		return Gateway.start(redis.url(), "http://" + ADDRESS + ":" + port, settings);
	}

	private static Answer classify(Gateway gateway, String token) {
		return gateway.send(gateway.classify(token, POSTS));
	}

	private static CompletableFuture<Answer> classifySoon(Gateway gateway, String token) {
		return CompletableFuture.supplyAsync(() -> classify(gateway, token), Thread::startVirtualThread);
	}

	private static void isJudged(Answer answer) {
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.body()).contains("from");
	}

	private static String health(Gateway gateway) {
		return gateway.send(gateway.request("/health")).json().get("status").asString();
	}

}
