package io.clearview.gateway.server;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.clearview.gateway.telemetry.Metrics;
import io.clearview.gateway.testing.Gateway;
import io.clearview.kit.testing.Printed;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** What arrives is HTTP only in part. */
@ExtendWith({ OutputCaptureExtension.class, Printed.class })
class HardeningTest {

	private static final String POST = "POST /auth HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

	private static final int CONNECTIONS = 40;

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	static Gateway gateway;

	@BeforeAll
	static void start() {
		gateway = Gateway.start(redis.url(), "http://127.0.0.1:1", "clearview.server.head-timeout=1s",
				"clearview.server.request-timeout=1s", "clearview.server.answer-timeout=300ms",
				"clearview.server.max-connections=" + CONNECTIONS, "clearview.limits.flood=100000000",
				"clearview.server.idle-timeout=2s", "server.netty.max-keep-alive-requests=-1");
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
			"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
			"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", "Content-Length: 2, 2\r\n\r\n{}",
			"Content-Length: +2\r\n\r\n{}", "Content-Length: -2\r\n\r\n{}", "Content-Length : 2\r\n\r\n{}",
			"Content-Length: 2\r\n\t\r\n{}", "X-Fold: a\r\n b\r\nContent-Length: 2\r\n\r\n{}",
			"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
			"Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n",
			"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
			"Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
			"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n",
			"Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n",
			"Transfer-Encoding: chunked\r\n\r\n2;a=\"\r\nb\"\r\n{}\r\n0\r\n\r\n",
			"Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX0\r\n\r\n", "Host: y\r\n\r\n" })
	void refusesWhatAnotherServerMightReadDifferently(String rest, CapturedOutput output) {
		String answer = gateway.raw(POST + rest);
		assertThat(answer).startsWith("HTTP/1.1 400 ").containsIgnoringCase("connection: close");
		assertIsTheContracts(answer, "INVALID_REQUEST");
		assertThat(answer.split("HTTP/1.1 ", -1)).hasSize(2);
		assertThat(redis.ask("KEYS account*")).as("accounts opened").startsWith("*0");
		assertThat(Printed.soFar(output)).doesNotContain("ERROR").doesNotContain("HttpServerOperations");
	}

	@Test
	void knowsNoBodyThatIsNotAnnounced() {
		String answer = gateway
			.raw("GET /nothing HTTP/1.1\r\nHost: x\r\nSec-WebSocket-Key1: 1\r\nSec-WebSocket-Key2: 2\r\n\r\n"
					+ "POST /auGET /health HTTP/1.1\r\nHost: x\r\n\r\n");
		assertIsTheContracts(answer, "INVALID_REQUEST");
		assertThat(answer).contains("how long it is").doesNotContain("healthy");
	}

	@ParameterizedTest
	@ValueSource(strings = { "GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
			"GET / HTTP/1.1\r\nHost: x\r\nX y: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\n\r\n",
			"GET / HTTP/1.1\nHost: x\n\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
			"\u0016\u0003\u0001\u0002\u0000\r\n\r\n" })
	void answersWhatIsNoHttpWithTheContractsBody(String request) {
		String answer = gateway.raw(request);
		assertThat(answer).startsWith("HTTP/1.1 400 ");
		assertIsTheContracts(answer, "INVALID_REQUEST");
	}

	@Test
	void boundsTheRequestLineAndTheHeaders() {
		assertIsTheContracts(gateway.raw("GET /" + "a".repeat(9000) + " HTTP/1.1\r\nHost: x\r\n\r\n"),
				"INVALID_REQUEST");
		assertIsTheContracts(gateway.raw("GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(20_000) + "\r\n\r\n"),
				"INVALID_REQUEST");
	}

	@Test
	void cutsOffAClientThatSendsAByteAtATime(CapturedOutput output) throws IOException {
		assertThat(drip("GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ")).contains("must arrive within 1 s");
		assertThat(drip(POST + "Content-Length: 100000\r\n\r\n")).contains("must arrive within 1 s");
		assertThat(drip("POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")).contains("NOT_FOUND");
		assertThat(Printed.soFar(output)).doesNotContain("ERROR");
	}

	@Test
	void closesIdleConnections() {
		assertThat(gateway.raw("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 200");
		assertThat(gateway.raw("")).isEmpty();
	}

	@Test
	void servesPipelinedRequestsInOrder() {
		String answers = gateway.raw("GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /nothing HTTP/1.1\r\nHost: x\r\n"
				+ "Connection: close\r\n\r\n");
		assertThat(answers).containsSubsequence("HTTP/1.1 200", "HTTP/1.1 404");
	}

	@Test
	void answersTheRequestsBeforeTheOneThatItRefuses() {
		String sound = "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n" + POST + "Content-Length: 2\r\n\r\n[]";
		for (String refused : new String[] { "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n",
				"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1 x\r\nHost: x\r\n\r\n", "GARBAGE\r\n\r\n",
				"GET /" + "a".repeat(9000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
				POST + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" }) {
			assertThat(gateway.raw(sound + sound + refused + sound).split("HTTP/1\\.1 (?=\\d)", -1)).hasSize(6)
				.satisfies((answers) -> assertThat(answers[1]).startsWith("404"),
						(answers) -> assertThat(answers[2]).startsWith("400").contains("JSON"),
						(answers) -> assertThat(answers[3]).startsWith("404"),
						(answers) -> assertThat(answers[4]).startsWith("400").contains("JSON"),
						(answers) -> assertThat(answers[5]).startsWith("400")
							.containsIgnoringCase("connection: close"));
		}
	}

	@Test
	void answersAllRequestsUpToTheOneThatSaysItIsTheLast() {
		String sound = POST + "Content-Length: 2\r\n\r\n[]";
		for (String last : new String[] { "GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
				"GET /nothing HTTP/1.0\r\n\r\n" }) {
			assertThat(gateway.raw(sound + sound + last + sound).split("HTTP/1\\.[01] (?=\\d)", -1)).hasSize(4)
				.satisfies(
						(answers) -> assertThat(answers[1]).startsWith("400").doesNotContainIgnoringCase("connection:"),
						(answers) -> assertThat(answers[2]).startsWith("400").doesNotContainIgnoringCase("connection:"),
						(answers) -> assertThat(answers[3]).startsWith("404"));
		}
	}

	@Test
	void cutsOffAClientThatDoesNotReadItsAnswers() throws IOException {
		byte[] request = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
		double before = unread();
		try (Socket socket = new Socket()) {
			socket.setReceiveBufferSize(4096);
			socket.connect(new InetSocketAddress("127.0.0.1", gateway.port()));
			for (int i = 0; i < 20_000 && unread() == before; i++) {
				long served = served();
				socket.getOutputStream().write(request);
				eventually("served, or cut off", () -> served() > served || unread() > before);
			}
			assertThat(unread() - before).isEqualTo(1);
			eventually("reset, and not only closed", () -> {
				try {
					socket.getOutputStream().write(request);
					return false;
				}
				catch (IOException _) {
					return true;
				}
			});
		}
	}

	private static long served() {
		Timer timer = gateway.context()
			.getBean(MeterRegistry.class)
			.find(Metrics.REQUESTS)
			.tag("endpoint", "health")
			.tag("status", "200")
			.timer();
		return (timer != null) ? timer.count() : 0;
	}

	private static double unread() {
		return gateway.context()
			.getBean(MeterRegistry.class)
			.get(Metrics.SERVER_REFUSED)
			.tag("fault", "unread")
			.counter()
			.count();
	}

	@Test
	void looksAtAHeadThatCameInOnePieceWithTheBodyBeforeIt() {
		String next = "GET /nothing HTTP/1.1\r\nHost: x\r\n";
		for (String body : new String[] { "Content-Length: 2\r\n\r\n[]",
				"Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n" }) {
			assertThat(gateway.raw(POST + body + next + "\r\n")).containsSubsequence("HTTP/1.1 400", "HTTP/1.1 404");
			assertThat(gateway.raw(POST + body + next + "X: a\r\n b\r\n\r\n")).doesNotContain("HTTP/1.1 404")
				.contains("must not continue");
		}
	}

	@Test
	void boundsTheNumberOfConnections() throws IOException {
		List<Socket> sockets = new ArrayList<>();
		try {
			for (int i = 0; i < CONNECTIONS * 2; i++) {
				sockets.add(new Socket("127.0.0.1", gateway.port()));
			}
			eventually("some are closed at once", () -> sockets.stream().filter(HardeningTest::isClosed).count() > 0);
		}
		finally {
			for (Socket socket : sockets) {
				socket.close();
			}
		}
		eventually("served again", () -> {
			try {
				return gateway.raw("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
					.startsWith("HTTP/1.1 200");
			}
			catch (RuntimeException _) {
				return false;
			}
		});
	}

	private static boolean isClosed(Socket socket) {
		try {
			socket.setSoTimeout(1);
			return socket.getInputStream().read() < 0;
		}
		catch (java.net.SocketTimeoutException _) {
			return false;
		}
		catch (IOException _) {
			return true;
		}
	}

	/** Sends a beginning and then one byte after another, for as long as it is let. */
	private static String drip(String beginning) throws IOException {
		try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
			socket.setSoTimeout(50);
			OutputStream out = socket.getOutputStream();
			out.write(beginning.getBytes(StandardCharsets.ISO_8859_1));
			StringBuilder answer = new StringBuilder();
			long end = System.nanoTime() + 30_000_000_000L;
			while (System.nanoTime() < end) {
				try {
					int read = socket.getInputStream().read();
					if (read < 0) {
						return answer.toString();
					}
					answer.append((char) read);
				}
				catch (java.net.SocketTimeoutException _) {
					out.write('a');
				}
				catch (IOException _) {
					return answer.toString();
				}
			}
			throw new AssertionError("Not cut off in 30 s");
		}
	}

	private static void assertIsTheContracts(String answer, String code) {
		assertThat(answer).contains("\"success\":false", "\"error\":\"" + code + "\"", "\"correlationId\":\"")
			.containsIgnoringCase("X-Correlation-ID: ")
			.containsIgnoringCase("Content-Type: application/json")
			.containsIgnoringCase("X-Content-Type-Options: nosniff")
			.containsIgnoringCase("Cache-Control: no-store");
	}

}
