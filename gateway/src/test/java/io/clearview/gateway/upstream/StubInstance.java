package io.clearview.gateway.upstream;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A classifier's instance on a given address of the loopback, which can misbehave. */
final class StubInstance implements AutoCloseable {

	private static final String RESPONSE = """
			HTTP/1.1 200 OK\r
			Content-Type: application/json\r
			Content-Length: %d\r
			\r
			%s""";

	private final ServerSocket server = new ServerSocket();

	private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

	private final AtomicInteger requests = new AtomicInteger();

	private final String name;

	private volatile Behaviour behaviour = Behaviour.RESPOND;

	StubInstance(String address, int port) throws IOException {
		this.name = address;
		this.server.setReuseAddress(true);
		this.server.bind(new InetSocketAddress(InetAddress.getByName(address), port), 512);
		Thread.ofPlatform().daemon().start(this::accept);
	}

	int port() {
		return this.server.getLocalPort();
	}

	/** Requests to {@code /classify} received so far. */
	int requests() {
		return this.requests.get();
	}

	void behave(Behaviour next) {
		this.behaviour = next;
	}

	private void accept() {
		while (true) {
			try {
				Socket socket = this.server.accept();
				this.connections.add(socket);
				Thread.ofVirtual().start(() -> serve(socket));
			}
			catch (IOException _) {
				return;
			}
		}
	}

	private void serve(Socket socket) {
		try (socket) {
			BufferedReader in = new BufferedReader(
					new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
			while (true) {
				String request = read(in);
				boolean probe = request.startsWith("GET /health");
				if (!probe) {
					this.requests.incrementAndGet();
				}
				if (this.behaviour == Behaviour.CLOSE_ONCE && !probe) {
					this.behaviour = Behaviour.RESPOND;
					return;
				}
				while (this.behaviour == Behaviour.HANG) {
					Thread.sleep(5);
				}
				String body = "{\"from\":\"" + this.name + "\"}";
				socket.getOutputStream()
					.write(RESPONSE.formatted(body.length(), body).getBytes(StandardCharsets.ISO_8859_1));
			}
		}
		catch (IOException | InterruptedException _) {
			// the gateway or the test closed the connection
		}
	}

	private static String read(BufferedReader in) throws IOException {
		String request = in.readLine();
		int length = 0;
		for (String header = in.readLine(); header != null && !header.isEmpty(); header = in.readLine()) {
			if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
				length = Integer.parseInt(header.substring(header.indexOf(':') + 1).strip());
			}
		}
		if (request == null || in.skip(length) < length) {
			throw new EOFException();
		}
		return request;
	}

	@Override
	public void close() {
		try {
			this.behaviour = Behaviour.RESPOND;
			this.server.close();
			for (Socket connection : this.connections) {
				connection.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	enum Behaviour {

		RESPOND,
		/** Takes requests and does not respond; what was taken is answered afterwards. */
		HANG,
		/** Closes the connection of the next request without a response. */
		CLOSE_ONCE

	}

}
