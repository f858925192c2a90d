package io.clearview.gateway.fallback;

import java.io.IOException;

import io.clearview.gateway.testing.Gateway;
import io.clearview.gateway.testing.Gateway.Answer;
import io.clearview.gateway.testing.OpenApi;
import io.clearview.gateway.testing.StubInstance;
import io.clearview.kit.testing.TestRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** How long a caller waits that sends {@code deadlineMs}, while the classifier hangs. */
class CallerDeadlineTest {

	private static final String POSTS = """
			{"deadlineMs":%s,"posts":[{"hash":"post_1","content":"zqpost a"},{"hash":"post_2","content":"zqpost b"}]}""";

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	@Test
	void showsPostsAsPendingAndLetsTheClassifierGoOn() throws IOException {
		OpenApi api = OpenApi.read();
		try (StubInstance classifier = new StubInstance("127.0.0.1", 0);
				Gateway gateway = Gateway.start(redis.url(), classifier.url(), "clearview.classifier.probe.interval=1h",
						"clearview.breaker.deadline=60s")) {
			String token = gateway.token();
			classifier.behave(StubInstance.Behaviour.HANG);
			// many times what opens the breaker
			for (int i = 0; i < 30; i++) {
				Answer answer = api.conforms("POST", "/classify",
						gateway.send(gateway.classify(token, POSTS.formatted((i == 0) ? 200 : 0))));
				assertThat(answer.status()).isEqualTo(200);
				assertThat(answer.json().get("classifications")).hasSize(2).allSatisfy((entry) -> {
					assertThat(entry.get("label").asString()).isEqualTo("ALLOW");
					assertThat(entry.get("pending").asBoolean()).isTrue();
					assertThat(entry.has("failedOpen")).isFalse();
				});
			}
			eventually("all were sent", () -> classifier.requests() == 30);

			classifier.behave(StubInstance.Behaviour.RESPOND);
			assertThat(gateway.send(gateway.classify(token, POSTS.formatted(7000))).body()).contains("from");
		}
	}

	@Test
	void leavesADeadlineThatBreaksTheContractToTheClassifier() throws IOException {
		try (StubInstance classifier = new StubInstance("127.0.0.1", 0);
				Gateway gateway = Gateway.start(redis.url(), classifier.url())) {
			assertThat(gateway.send(gateway.classify(gateway.token(), POSTS.formatted("\"soon\""))).body())
				.contains("from");
		}
	}

}
