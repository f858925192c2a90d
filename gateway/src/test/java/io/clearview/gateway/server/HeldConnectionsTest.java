package io.clearview.gateway.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.clearview.gateway.testing.Gateway;
import io.clearview.gateway.testing.GatewayProcess;
import io.clearview.kit.testing.KeyFiles;
import io.clearview.kit.testing.TestRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Connections without a token that withhold the last byte of their request, in a gateway
 * with a heap of 384 MB. {@code -Dclearview.held.seconds} says how long they are held.
 */
class HeldConnectionsTest {

	/** Of each framing, on one route. */
	private static final int CONNECTIONS = 200;

	private static final int BYTES = 102_400;

	/** What operators may send. */
	private static final int OPERATORS_BYTES = 16_000;

	/** Names a key, so that an operator's body is read; the signature is wrong. */
	private static final String FORGED = "X-Key-Id: operator\r\nX-Timestamp: " + Instant.now().getEpochSecond()
			+ "\r\nX-Nonce: 0123456789abcdef\r\nX-Signature: " + "0".repeat(64) + "\r\n";

	private static final long HELD_SECONDS = Long.getLong("clearview.held.seconds", 2);

	/** What a machine with other work may take; what was taken is printed. */
	private static final Duration ALIVE = Duration.ofSeconds(20);

	private static final long MAX_GROWTH = 16L << 20;

	private static final Duration ONE_SECOND = Duration.ofSeconds(1);

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	@Test
	void neitherStopsNorFillsTheGateway(@TempDir Path keys) throws Exception {
		Path admin = KeyFiles.ring(keys, "admin");
		KeyFiles.write(admin, "operator", Instant.now(), true);
		try (GatewayProcess gateway = GatewayProcess.start(redis.url(), "http://127.0.0.1:1",
				"clearview.limits.flood=100000000", "clearview.log.troubles-per-second=1",
				"clearview.admin.keys=" + admin)) {
			hold(gateway, "POST /classify", BYTES, 20, 0);
			long before = gateway.liveHeap();
			for (String route : new String[] { "POST /classify", "POST /auth", "GET /quota", "GET /health",
					"PUT /admin/accounts/x/tier", "PUT /nothing" }) {
				int bytes = route.contains("/admin") ? OPERATORS_BYTES : BYTES;
				long slowest = hold(gateway, route, bytes, CONNECTIONS, HELD_SECONDS);
				long after = heapAfter(gateway, before);
				System.out.printf(
						"%s, %d connections of each framing, held %d s: slowest /health %d ms, heap %,d KiB"
								+ " before, %,d KiB after%n",
						route, CONNECTIONS, HELD_SECONDS, slowest, before >> 10, after >> 10);
				assertThat(after - before).as("growth of the heap").isLessThan(MAX_GROWTH);
			}
			// what a closed connection had sent is read to its end first
			eventually("the memory of all bodies is released", () -> bodyBytes(gateway) == 0);
			assertThat(gateway.output()).doesNotContain("OutOfMemory").doesNotContain("ERROR");
		}
	}

	private static double bodyBytes(GatewayProcess gateway) {
		try {
			return gateway.metric("clearview_body_bytes");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A connection that was closed may not be cleared away yet. */
	private static long heapAfter(GatewayProcess gateway, long before) throws Exception {
		long after = gateway.liveHeap();
		for (int i = 0; i < 10 && after - before >= MAX_GROWTH; i++) {
			Thread.sleep(ONE_SECOND);
			after = gateway.liveHeap();
		}
		return after;
	}

	/** Returns how long the slowest /health took meanwhile, in milliseconds. */
	private static long hold(GatewayProcess gateway, String route, int bytes, int connections, long seconds)
			throws Exception {
		List<byte[]> bodies = List.of(oneByteChunks(bytes), oneChunkOfLineFeeds(bytes), contentLength(bytes),
				trailers(bytes));
		ConcurrentLinkedQueue<Socket> held = new ConcurrentLinkedQueue<>();
		ExecutorService senders = Executors.newFixedThreadPool(16);
		try {
			for (int i = 0; i < connections; i++) {
				for (byte[] body : bodies) {
					senders.submit(() -> held.add(send(gateway.port(), route, body)));
				}
			}
			senders.shutdown();
			long slowest = 0;
			long end = Long.MAX_VALUE;
			while (System.nanoTime() < end) {
				long begun = System.nanoTime();
				HttpResponse<String> health = gateway.health(ALIVE);
				slowest = Math.max(slowest, System.nanoTime() - begun);
				assertThat(health.statusCode()).isEqualTo(200);
				if (end == Long.MAX_VALUE && senders.awaitTermination(50, TimeUnit.MILLISECONDS)) {
					end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
				}
			}
			return Duration.ofNanos(slowest).toMillis();
		}
		finally {
			senders.shutdownNow();
			for (Socket socket : held) {
				socket.close();
			}
		}
	}

	private static Socket send(int port, String route, byte[] framed) throws IOException {
		Socket socket = new Socket("127.0.0.1", port);
		try {
			socket.getOutputStream()
				.write((route + " HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: " + Gateway.newAddress()
						+ "\r\nContent-Type: application/json\r\n" + FORGED)
					.getBytes(StandardCharsets.US_ASCII));
			socket.getOutputStream().write(framed);
		}
		catch (IOException _) {
			// refused and closed already: nothing to hold
		}
		return socket;
	}

	private static byte[] oneByteChunks(int bytes) {
		return framed("Transfer-Encoding: chunked\r\n\r\n", "1\r\n\n\r\n".repeat(bytes - 1));
	}

	private static byte[] oneChunkOfLineFeeds(int bytes) {
		return framed("Transfer-Encoding: chunked\r\n\r\n",
				Integer.toHexString(bytes) + "\r\n" + "\n".repeat(bytes - 1));
	}

	private static byte[] contentLength(int bytes) {
		return framed("Content-Length: " + bytes + "\r\n\r\n", " ".repeat(bytes - 1));
	}

	/** Everything but the last of many trailers. */
	private static byte[] trailers(int bytes) {
		return framed("Transfer-Encoding: chunked\r\n\r\n",
				Integer.toHexString(bytes) + "\r\n" + "\n".repeat(bytes) + "\r\n0\r\n" + "T: x\r\n".repeat(1_000));
	}

	private static byte[] framed(String headers, String body) {
		ByteArrayOutputStream whole = new ByteArrayOutputStream();
		whole.writeBytes(headers.getBytes(StandardCharsets.US_ASCII));
		whole.writeBytes(body.getBytes(StandardCharsets.US_ASCII));
		return whole.toByteArray();
	}

}
