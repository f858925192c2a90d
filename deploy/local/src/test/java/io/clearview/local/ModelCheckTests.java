package io.clearview.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What is read of a classifier's information. */
class ModelCheckTests {

	private static final Duration LONGEST = Duration.ofSeconds(60);

	private final AtomicInteger asked = new AtomicInteger();

	private HttpServer classifier;

	@BeforeEach
	void start() throws IOException {
		this.classifier = HttpServer.create(new InetSocketAddress(InetAddress.getByName(Ports.LOOPBACK), 0), 10);
		this.classifier.start();
	}

	@AfterEach
	void stop() {
		this.classifier.stop(0);
	}

	@Test
	void waitsForTheResultAndSaysItsLine() {
		says("misconfigured", "misconfigured (status 404): set \\\"base-url\\\"");
		assertThat(ModelCheck.of(port(), LONGEST))
			.contains(new ModelCheck(true, "misconfigured (status 404): set \"base-url\""));
		assertThat(this.asked).hasValue(3);
	}

	@Test
	void aProviderThatIsOutIsNoMistake() {
		says("unavailable", "unavailable (status 503)");
		assertThat(ModelCheck.of(port(), LONGEST)).contains(new ModelCheck(false, "unavailable (status 503)"));
	}

	@Test
	void aModelThatAnswersWithoutALabelIsNoMistake() {
		says("unlabelled", "unreadable (status 200)");
		assertThat(ModelCheck.of(port(), LONGEST)).contains(new ModelCheck(false, "unreadable (status 200)"));
	}

	@Test
	void aModelThatWorksHasNoLine() {
		says("works", "");
		assertThat(ModelCheck.of(port(), LONGEST)).isEmpty();
	}

	@Test
	void doesNotWaitForEver() {
		assertThat(ModelCheck.of(Ports.free(), Duration.ofMillis(1))).isEmpty();
	}

	/** After two responses in which it is still running. */
	private void says(String state, String detail) {
		this.classifier.createContext("/actuator/info", (exchange) -> {
			String now = (this.asked.incrementAndGet() < 3) ? "running" : state;
			byte[] body = ("{\"model\":{\"detail\":\"" + detail + "\",\"name\":\"m\",\"startCheck\":\"" + now + "\"}}")
				.getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(200, body.length);
			exchange.getResponseBody().write(body);
			exchange.close();
		});
	}

	private int port() {
		return this.classifier.getAddress().getPort();
	}

}
