package io.clearview.gateway.testing;

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
public final class StubInstance implements AutoCloseable {

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

	private volatile String lastHead = "";

	private volatile Behaviour behaviour = Behaviour.RESPOND;

	public StubInstance(String address, int port) throws IOException {
		this.name = address;
		this.server.setReuseAddress(true);
		this.server.bind(new InetSocketAddress(InetAddress.getByName(address), port), 512);
		Thread.ofPlatform().daemon().start(this::accept);
	}

	public String url() {
		return "http://" + this.name + ":" + port();
	}

	public int port() {
		return this.server.getLocalPort();
	}

	/** Requests to {@code /classify} received so far. */
	public int requests() {
		return this.requests.get();
	}

	/** Request line and headers of the last request to {@code /classify}. */
	public String lastHead() {
		return this.lastHead;
	}

	public void behave(Behaviour next) {
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
				String request = this.read(in);
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
				if (this.behaviour == Behaviour.REFUSE_HEAD && !probe) {
					socket.getOutputStream()
						.write("HTTP/1.1 431 x\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
					continue;
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

	private String read(BufferedReader in) throws IOException {
		String request = in.readLine();
		int length = 0;
		StringBuilder head = new StringBuilder().append(request);
		for (String header = in.readLine(); header != null && !header.isEmpty(); header = in.readLine()) {
			head.append('\n').append(header);
			if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
				length = Integer.parseInt(header.substring(header.indexOf(':') + 1).strip());
			}
		}
		if (request == null || in.skip(length) < length) {
			throw new EOFException();
		}
		if (!request.startsWith("GET /health")) {
			this.lastHead = head.toString();
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

	public enum Behaviour {

		RESPOND,
		/** Takes requests and does not respond; what was taken is answered afterwards. */
		HANG,
		/** Responds 431 without a body. */
		REFUSE_HEAD,
		/** Closes the connection of the next request without a response. */
		CLOSE_ONCE

	}

}
