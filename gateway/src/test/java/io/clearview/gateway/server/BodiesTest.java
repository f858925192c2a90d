package io.clearview.gateway.server;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import io.clearview.gateway.telemetry.Metrics;
import io.clearview.gateway.testing.Gateway;
import io.clearview.gateway.testing.Gateway.Answer;
import io.clearview.gateway.testing.OpenApi;
import io.clearview.gateway.testing.StubInstance;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** Bodies whose last byte does not come, and what heads may carry. */
class BodiesTest {

	private static final String POSTS = """
			{"posts":[{"hash":"post_1","content":"zqpost a"}]}""";

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	private static StubInstance classifier;

	private static Gateway gateway;

	@BeforeAll
	static void start() throws IOException {
		classifier = new StubInstance("127.0.0.1", 0);
		gateway = Gateway.start(redis.url(), classifier.url(), "clearview.bodies.memory=150KB",
				"clearview.server.request-timeout=10m");
	}

	@AfterAll
	static void stop() {
		gateway.close();
		classifier.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET /quota HTTP/1.1\r\nContent-Length: 100\r\n",
			"GET /health HTTP/1.1\r\nContent-Length: 100\r\n", "GET /health HTTP/1.1\r\nTransfer-Encoding: chunked\r\n",
			"GET /quota HTTP/1.1\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n",
			"GET /nothing HTTP/1.1\r\nContent-Length: 100\r\n", "OPTIONS /quota HTTP/1.1\r\nContent-Length: 100\r\n",
			"HEAD /classify HTTP/1.1\r\nContent-Length: 100\r\n", "PUT /auth HTTP/1.1\r\nContent-Length: 100\r\n",
			"POST /classify HTTP/1.1\r\nContent-Length: 200000\r\n",
			"POST /nothing HTTP/1.1\r\nContent-Length: 100\r\n" })
	void respondsBeforeTheLastByteOfABodyThatNobodyReadsAndCloses(String head) {
		// read to the end of the connection
		String response = gateway.raw(head + "Host: x\r\nX-Forwarded-For: " + Gateway.newAddress() + "\r\n\r\n5\r\n");
		assertThat(response).startsWith("HTTP/1.1 ").doesNotContain("must arrive within");
		assertThat(response.split("HTTP/1\\.1 ", -1)).hasSize(2);
	}

	@Test
	void goesOnWithAConnectionWhoseBodyWasNotReadButArrived() {
		String next = "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
		for (String body : new String[] { "Content-Length: 4\r\n\r\nabcd",
				"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\n\n\r\n0\r\n\r\n",
				"Transfer-Encoding: chunked\r\n\r\n3\r\n\n\n\n\r\n0\r\nTrailer: x\r\n\r\n" }) {
			String responses = gateway.raw("GET /health HTTP/1.1\r\nHost: x\r\n" + body + next);
			assertThat(responses.split("HTTP/1\\.1 200", -1)).hasSize(3);
		}
	}

	@Test
	void boundsTheMemoryOfAllBodiesTogether() throws IOException {
		String token = gateway.token();
		try (Socket held = new Socket("127.0.0.1", gateway.port())) {
			held.getOutputStream()
				.write(("POST /auth HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: " + Gateway.newAddress()
						+ "\r\nContent-Type: application/json\r\nContent-Length: 100001\r\n\r\n" + " ".repeat(100_000))
					.getBytes(StandardCharsets.US_ASCII));
			eventually("it is held", () -> bodyBytes() >= 100_000);

			Answer refused = OpenApi.read()
				.conforms("POST", "/classify", gateway.send(gateway.classify(token, " ".repeat(60_000))));
			assertThat(refused.status()).isEqualTo(503);
			assertThat(refused.json().get("error").asString()).isEqualTo("SERVICE_UNAVAILABLE");
			assertThat(gateway.send(gateway.classify(token, POSTS)).body()).contains("from");
		}
		eventually("everything is given back", () -> bodyBytes() == 0);
		assertThat(gateway.context().getBean(MeterRegistry.class).get(Metrics.BODIES_REFUSED).counter().count())
			.isEqualTo(1);
		assertThat(gateway.send(gateway.classify(token, " ".repeat(60_000))).body()).contains("from");
	}

	@Test
	void passesOnNothingThatCouldExceedWhatTheClassifierReads() {
		String token = gateway.token();
		String large = "x".repeat(7_500);
		Answer answer = gateway.send(gateway.classify(token, POSTS).header("Accept", large).header("Accept", large));
		assertThat(answer.status()).isEqualTo(200);
		assertThat(classifier.lastHead()).doesNotContain("xxxx");
		assertThat(gateway.send(gateway.classify(token, POSTS).header("Idempotency-Key", large)).body())
			.contains("from");
		assertThat(classifier.lastHead()).contains("x".repeat(65)).doesNotContain("x".repeat(66));
		assertThat(gateway.send(gateway.request("/quota?" + "x".repeat(6_000)).header("Authorization", token)).body())
			.contains("from");
		assertThat(classifier.lastHead()).doesNotContain("xxxx");
	}

	@Test
	void givesTheContractsBodyToWhatTheClassifiersServerRefuses() {
		classifier.behave(StubInstance.Behaviour.REFUSE_HEAD);
		try {
			Answer answer = gateway.send(gateway.classify(gateway.token(), POSTS));
			assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
			assertThat(answer.json().get("error").asString()).isEqualTo("INVALID_REQUEST");
		}
		finally {
			classifier.behave(StubInstance.Behaviour.RESPOND);
		}
	}

	private static double bodyBytes() {
		return gateway.context().getBean(MeterRegistry.class).get(Metrics.BODY_BYTES).gauge().value();
	}

}
