package io.clearview.gateway.server;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

	private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

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
	void readsTheNextRequestAfterABodyThatArrivedWithTheResponseOnItsWay() throws IOException {
		String request = "GET /health HTTP/1.1\r\nHost: x\r\n";
		try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
			socket.setTcpNoDelay(true);
			socket.setSoTimeout(20_000);
			for (int i = 0; i < 50; i++) {
				send(socket, request + "Content-Length: 4\r\n\r\nab");
				assertThat(status(socket)).isEqualTo("HTTP/1.1 200 OK");
				send(socket, "cd");
				send(socket, request + "\r\n");
				assertThat(status(socket)).isEqualTo("HTTP/1.1 200 OK");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "1\r\na\r\n", "1\r\n\n\r\n", "19000\r\n\n\n\n\n\n\n\n\n" })
	void refusesABodyInTooManyPieces(String chunk) {
		for (String route : new String[] { "POST /classify", "GET /quota", "PUT /nothing" }) {
			String response = gateway.raw(route + " HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: " + Gateway.newAddress()
					+ "\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n"
					+ chunk.repeat(10_000));
			assertThat(response).startsWith("HTTP/1.1 ").doesNotContain(" 200 OK");
		}
		assertThat(gateway.raw("POST /classify HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: " + Gateway.newAddress()
				+ "\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n"
				+ "1\r\n \r\n".repeat(4_097) + "0\r\n\r\n"))
			.contains("HTTP/1.1 400", "INVALID_REQUEST", "at most 4096 chunks");
	}

	private static void send(Socket socket, String text) throws IOException {
		socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
	}

	/** Reads a response whole and returns its first line. */
	private static String status(Socket socket) throws IOException {
		StringBuilder head = new StringBuilder();
		while (head.indexOf("\r\n\r\n") < 0) {
			int next = socket.getInputStream().read();
			assertThat(next).isNotNegative();
			head.append((char) next);
		}
		Matcher length = LENGTH.matcher(head);
		assertThat(length.find()).isTrue();
		socket.getInputStream().readNBytes(Integer.parseInt(length.group(1)));
		return head.substring(0, head.indexOf("\r\n"));
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
