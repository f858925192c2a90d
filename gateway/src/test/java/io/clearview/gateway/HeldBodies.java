package io.clearview.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

import io.clearview.gateway.testing.Gateway;

/**
 * Keeps connections open whose request lacks its last byte, in every framing. One that
 * the server ends is replaced by another.
 */
final class HeldBodies implements AutoCloseable {

	private static final int CONNECTIONS = 32;

	/** For each connection; and so the time between two that are begun is bounded. */
	private static final int LOOK_MILLIS = 20;

	private static final int MOST_BYTES = 100_000;

	/** One-byte chunks of one body; more are refused. */
	private static final int MOST_CHUNKS = 4_000;

	private static final List<String> ROUTES = List.of("POST /classify", "POST /auth", "GET /quota", "GET /health",
			"PUT /nothing");

	private final int port;

	private final String token;

	private final SplittableRandom random;

	private final AtomicInteger begun = new AtomicInteger();

	private final Thread holding;

	private volatile boolean closed;

	HeldBodies(int port, String token, long seed) {
		this.port = port;
		this.token = token;
		this.random = new SplittableRandom(seed);
		this.holding = Thread.ofVirtual().start(this::hold);
	}

	/** How many there were. */
	int begun() {
		return this.begun.get();
	}

	private void hold() {
		List<Socket> held = new ArrayList<>();
		try {
			while (!this.closed) {
				if (held.size() < CONNECTIONS) {
					held.add(begin());
				}
				for (Socket socket : List.copyOf(held)) {
					if (isEnded(socket)) {
						held.remove(socket);
						socket.close();
					}
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			held.forEach(HeldBodies::abandon);
		}
	}

	private Socket begin() throws IOException {
		Socket socket = new Socket("127.0.0.1", this.port);
		socket.setSoLinger(true, 0);
		String head = ROUTES.get(this.random.nextInt(ROUTES.size())) + " HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: "
				+ Gateway.newAddress() + "\r\nContent-Type: application/json\r\nAuthorization: " + this.token + "\r\n";
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		bytes.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
		bytes.writeBytes(body().getBytes(StandardCharsets.US_ASCII));
		try {
			socket.getOutputStream().write(bytes.toByteArray());
			this.begun.incrementAndGet();
		}
		catch (IOException _) {
			// refused and closed already
		}
		return socket;
	}

	private String body() {
		int length = this.random.nextInt(2, MOST_BYTES);
		return switch (this.random.nextInt(4)) {
			case 0 -> "Content-Length: " + length + "\r\n\r\n" + " ".repeat(length - 1);
			case 1 -> "Transfer-Encoding: chunked\r\n\r\n" + "1\r\n{\r\n".repeat(Math.min(length, MOST_CHUNKS));
			case 2 -> "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(length) + "\r\n"
					+ "\n".repeat(Math.min(length - 1, MOST_CHUNKS));
			default -> "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n" + "T: x\r\n".repeat(length % 1_000);
		};
	}

	/** Takes what was answered. */
	private static boolean isEnded(Socket socket) {
		try {
			socket.setSoTimeout(LOOK_MILLIS);
			return socket.getInputStream().read(new byte[8192]) < 0;
		}
		catch (SocketTimeoutException _) {
			return false;
		}
		catch (IOException _) {
			return true;
		}
	}

	private static void abandon(Socket socket) {
		try {
			socket.close();
		}
		catch (IOException _) {
			// closed is closed
		}
	}

	@Override
	public void close() {
		this.closed = true;
		try {
			this.holding.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
