package io.clearview.gateway.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.clearview.gateway.testing.Gateway.Answer;
import io.clearview.gateway.testing.GatewayProcess;
import io.clearview.kit.testing.TestRedis;
import io.clearview.gateway.testing.Wire;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** A gateway that gets SIGTERM. */
class DrainingTest {

	private static final int CONNECTIONS = 8;

	private static final byte[] REQUEST = "GET /quota HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	private final AtomicInteger responses = new AtomicInteger();

	private final List<String> lost = new CopyOnWriteArrayList<>();

	@Test
	void endsBusyConnectionsWithAResponseThatSaysSo() {
		try (GatewayProcess gateway = GatewayProcess.start(redis.url(), "http://127.0.0.1:1",
				"clearview.server.drain=10s", "clearview.limits.flood=100000000")) {
			List<CompletableFuture<Void>> clients = IntStream.range(0, CONNECTIONS)
				.mapToObj((_) -> CompletableFuture.runAsync(() -> useToItsEnd(gateway.port()),
						Thread::startVirtualThread))
				.toList();
			eventually("all are busy", () -> this.responses.get() > CONNECTIONS * 20);
			gateway.terminate();
			eventually("all have ended", () -> clients.stream().allMatch(CompletableFuture::isDone));
			assertThat(this.lost).isEmpty();
			eventually("the process has ended", () -> !gateway.isAlive());
			assertThat(gateway.output()).contains("Draining").doesNotContain("ERROR");
		}
	}

	/** Sends one request after another until a response says that it is the last. */
	private void useToItsEnd(int port) {
		try (Wire wire = new Wire(port)) {
			while (true) {
				wire.send(REQUEST);
				@Nullable Answer answer = wire.read(false);
				if (answer == null) {
					this.lost.add("a request was not answered");
					return;
				}
				this.responses.incrementAndGet();
				if (answer.header("Connection").equalsIgnoreCase("close")) {
					return;
				}
			}
		}
		catch (IOException | AssertionError ex) {
			this.lost.add(ex.toString());
		}
	}

}
