package io.clearview.kit.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A port of the loopback that forwards connections to another, as a load balancer does.
 * It can silence the connections that exist, as a host does that vanishes, and lead new
 * ones elsewhere.
 */
public final class TcpForwarder implements AutoCloseable {

	private static final int BUFFER = 8192;

	private final ServerSocket server;

	private final Set<Socket> open = ConcurrentHashMap.newKeySet();

	private final Set<Socket> silent = ConcurrentHashMap.newKeySet();

	private volatile int target;

	/** Forwards to this port until told otherwise. */
	public TcpForwarder(int target) {
		this.target = target;
		try {
			this.server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Thread.ofVirtual().start(this::accept);
	}

	/** Where it listens. */
	public int port() {
		return this.server.getLocalPort();
	}

	/** New connections lead to this port; those that exist stay. */
	public void leadTo(int port) {
		this.target = port;
	}

	/** What the connections that exist carry is lost from now on; they stay open. */
	public void silence() {
		this.silent.addAll(this.open);
	}

	private void accept() {
		while (!this.server.isClosed()) {
			try {
				Socket client = this.server.accept();
				Socket upstream = new Socket(InetAddress.getLoopbackAddress(), this.target);
				this.open.add(client);
				this.open.add(upstream);
				Thread.ofVirtual().start(() -> carry(client, upstream));
				Thread.ofVirtual().start(() -> carry(upstream, client));
			}
			catch (IOException _) {
				// closed, or nobody listens there: the client may try again
			}
		}
	}

	private void carry(Socket from, Socket to) {
		try (from; to) {
			InputStream in = from.getInputStream();
			byte[] bytes = new byte[BUFFER];
			for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
				if (!this.silent.contains(from)) {
					to.getOutputStream().write(bytes, 0, count);
				}
			}
		}
		catch (IOException _) {
			// one of the ends closed its connection
		}
	}

	@Override
	public void close() {
		try {
			this.server.close();
			for (Socket socket : this.open) {
				socket.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
