package io.clearview.gateway.testing;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.CRC32;

/**
 * Stands in for a classifier: answers 200 with what it was asked, and takes nothing but
 * what a gateway may send. It keeps no record of requests that are sound, never hangs up,
 * and is fast.
 */
public final class EchoingClassifier implements AutoCloseable {

	private static final Set<String> HEADERS = Set.of("host", "user-agent", "accept", "content-type", "content-length",
			"idempotency-key", "x-correlation-id", "x-clearview-identity", "traceparent");

	private static final Set<String> ONCE = Set.of("host", "content-length", "x-correlation-id",
			"x-clearview-identity");

	private static final int LARGEST_BODY = 102_400;

	private final ServerSocket server;

	private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

	private final Queue<String> faults = new ConcurrentLinkedQueue<>();

	public EchoingClassifier() {
		try {
			this.server = new ServerSocket(0, 512, InetAddress.getByName("127.0.0.1"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Thread.ofPlatform().daemon().name("classifier").start(this::accept);
	}

	public String url() {
		return "http://127.0.0.1:" + this.server.getLocalPort();
	}

	/** Requests that a gateway must never send, and what is wrong with them. */
	public List<String> faults() {
		return List.copyOf(this.faults);
	}

	/** What is answered to a request with that body, as {@code echo}. */
	public static String echo(byte[] body) {
		CRC32 sum = new CRC32();
		sum.update(body);
		return body.length + "-" + Long.toHexString(sum.getValue());
	}

	private void accept() {
		while (true) {
			try {
				Socket socket = this.server.accept();
				this.connections.add(socket);
				Thread.ofPlatform().daemon().name("classifier-connection").start(() -> serve(socket));
			}
			catch (IOException _) {
				return;
			}
		}
	}

	private void serve(Socket socket) {
		try (socket) {
			socket.setTcpNoDelay(true);
			InputStream in = new BufferedInputStream(socket.getInputStream());
			for (String request = line(in); !request.isEmpty(); request = line(in)) {
				socket.getOutputStream().write(answer(request, in).getBytes(StandardCharsets.ISO_8859_1));
			}
		}
		catch (EOFException | SocketException _) {
			// the gateway closed the connection
		}
		catch (IOException | RuntimeException ex) {
			this.faults.add(ex.toString());
		}
		finally {
			this.connections.remove(socket);
		}
	}

	private String answer(String request, InputStream in) throws IOException {
		List<String> names = new ArrayList<>();
		int length = 0;
		String correlation = "";
		boolean identified = false;
		for (String header = line(in); !header.isEmpty(); header = line(in)) {
			int colon = header.indexOf(':');
			String name = header.substring(0, colon).toLowerCase(Locale.ROOT);
			String value = header.substring(colon + 1).strip();
			names.add(name);
			switch (name) {
				case "content-length" -> length = Integer.parseInt(value);
				case "x-correlation-id" -> correlation = value;
				case "x-clearview-identity" -> identified = value.matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+");
				default -> {
				}
			}
		}
		byte[] body = in.readNBytes(length);
		if (body.length < length) {
			throw new EOFException();
		}
		if (!request.equals("GET /health HTTP/1.1")) {
			check(request, names, identified, correlation, length);
		}
		return answer("{\"success\":true,\"echo\":\"%s\",\"correlation\":\"%s\",\"request\":\"%s\"}"
			.formatted(echo(body), correlation, request.substring(0, request.indexOf(' '))), length % 2 == 0);
	}

	private void check(String request, List<String> names, boolean identified, String correlation, int length) {
		boolean sound = request.matches("(POST /classify|GET /quota)(\\?\\S*)? HTTP/1\\.1")
				&& HEADERS.containsAll(names)
				&& ONCE.stream().allMatch((name) -> Collections.frequency(names, name) <= 1) && identified
				&& correlation.matches("[A-Za-z0-9_-]{8,64}") && length <= LARGEST_BODY;
		if (!sound) {
			this.faults.add(request + " " + names + " " + correlation + " " + length);
		}
	}

	private static String answer(String body, boolean sized) {
		String head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
		return sized ? head + "Content-Length: " + body.length() + "\r\n\r\n" + body
				: head + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length()) + "\r\n" + body
						+ "\r\n0\r\n\r\n";
	}

	private static String line(InputStream in) throws IOException {
		StringBuilder line = new StringBuilder();
		for (int next = in.read(); next != '\n'; next = in.read()) {
			if (next < 0) {
				throw new EOFException();
			}
			line.append((char) next);
		}
		line.setLength(line.length() - 1);
		return line.toString();
	}

	/** Hangs up on everybody, and takes no connection any more. */
	@Override
	public void close() {
		try {
			this.server.close();
			for (Socket connection : this.connections) {
				connection.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
