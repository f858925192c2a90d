package io.clearview.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpServer;
import io.clearview.bench.load.Verification.Kind;
import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LoadGeneratorTest {

	private static final LoadGenerator GENERATOR = new LoadGenerator(Duration.ofSeconds(5));

	private static final AtomicInteger REQUESTS = new AtomicInteger();

	private static HttpServer server;

	@BeforeAll
	static void start() throws IOException {
		server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		// One thread: what is slow holds up everything behind it.
		server.createContext("/", (exchange) -> {
			exchange.getRequestBody().readAllBytes();
			int request = REQUESTS.incrementAndGet();
			if (exchange.getRequestURI().getPath().equals("/stalls") && request == 20) {
				stall();
			}
			byte[] body = exchange.getRequestURI().getPath().getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(200, body.length);
			exchange.getResponseBody().write(body);
			exchange.close();
		});
		server.start();
	}

	@AfterAll
	static void stop() {
		server.stop(0);
		GENERATOR.close();
	}

	@Test
	void sendsAsManyRequestsAsTheRateAsksForAndVerifiesEach() {
		Tally tally = GENERATOR.constant(server.getAddress(), () -> new Get("/right"), 200, Duration.ofSeconds(1), 50)
			.orTimeout(20, TimeUnit.SECONDS)
			.join();
		assertThat(tally.requests()).isEqualTo(200);
		assertThat(tally.count(Kind.RIGHT)).isEqualTo(200);
		assertThat(tally.posts()).isEqualTo(200);
	}

	@Test
	void chargesAStallToEveryRequestThatItKeptWaiting() {
		REQUESTS.set(0);
		Tally tally = GENERATOR.constant(server.getAddress(), () -> new Get("/stalls"), 200, Duration.ofSeconds(1), 1)
			.orTimeout(20, TimeUnit.SECONDS)
			.join();
		assertThat(tally.requests()).isEqualTo(200);
		// 400 ms of stall at 200 a second: 80 requests, of which those due in its first
		// half waited 200 ms or more. A closed loop would have counted one.
		assertThat(tally.percentile(85)).isGreaterThan(200);
	}

	@Test
	void sendsNoMoreRequestsThanItWasGiven() {
		Tally tally = GENERATOR.all(server.getAddress(), () -> new Get("/right"), 37, 4)
			.orTimeout(20, TimeUnit.SECONDS)
			.join();
		assertThat(tally.count(Kind.RIGHT)).isEqualTo(37);
		assertThat(tally.requests()).isEqualTo(37);
	}

	@Test
	void countsAnAnswerThatIsNotTheRightOne() {
		Tally tally = GENERATOR.saturating(server.getAddress(), () -> new Get("/another"), Duration.ofMillis(200), 2)
			.orTimeout(20, TimeUnit.SECONDS)
			.join();
		assertThat(tally.requests()).isPositive();
		assertThat(tally.count(Kind.WRONG)).isEqualTo(tally.requests()).isEqualTo(tally.errors());
	}

	@Test
	void countsRequestsThatNobodyAnswers() throws IOException {
		try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
				LoadGenerator impatient = new LoadGenerator(Duration.ofMillis(200))) {
			InetSocketAddress address = new InetSocketAddress(silent.getInetAddress(), silent.getLocalPort());
			Tally tally = impatient.constant(address, () -> new Get("/right"), 20, Duration.ofMillis(500), 4)
				.orTimeout(20, TimeUnit.SECONDS)
				.join();
			assertThat(tally.requests()).isEqualTo(10);
			assertThat(tally.count(Kind.TIMEOUT)).isEqualTo(10);
		}
	}

	@Test
	void countsRequestsThatFindNobody() throws IOException {
		InetSocketAddress nobody;
		try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			nobody = new InetSocketAddress(closed.getInetAddress(), closed.getLocalPort());
		}
		Tally tally = GENERATOR.constant(nobody, () -> new Get("/right"), 20, Duration.ofMillis(500), 4)
			.orTimeout(20, TimeUnit.SECONDS)
			.join();
		assertThat(tally.count(Kind.BROKEN)).isEqualTo(10);
	}

	private static void stall() {
		try {
			TimeUnit.MILLISECONDS.sleep(400);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private record Get(String path) implements Exchange {

		@Override
		public void writeTo(ByteBuf out) {
			out.writeCharSequence("GET " + this.path + " HTTP/1.1\r\nHost: test\r\n\r\n", StandardCharsets.US_ASCII);
		}

		@Override
		public Verification verify(int status, ByteBuf body) {
			boolean right = status == 200 && !body.toString(StandardCharsets.UTF_8).equals("/another");
			return new Verification(right ? Kind.RIGHT : Kind.WRONG, 1, 0, 0);
		}

	}

}
