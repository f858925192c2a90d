package io.clearview.e2e.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * A TCP relay on the loopback address that can fail in the ways of a network:
 * <ul>
 * <li>swallow everything: it still accepts, and nothing arrives. Bytes that were sent
 * meanwhile arrive when it is mended, as on a network that lost a route for a while;
 * <li>silence the connections that exist, as a host does that vanishes: what they carry
 * is lost for ever, and they stay open. New connections work;
 * <li>deliver everything later;
 * <li>refuse new connections, and reset those that exist or not;
 * <li>lead new connections to another port.
 * </ul>
 */
public final class Wire implements AutoCloseable {

	private static final int BUFFER_BYTES = 16_384;

	private static final String SUBSCRIBE = "SUBSCRIBE";

	private final int port;

	private final Set<Line> lines = ConcurrentHashMap.newKeySet();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition mended = this.lock.newCondition();

	private volatile ServerSocket server;

	private volatile int target;

	private volatile Duration delay = Duration.ZERO;

	private boolean broken;

	/**
	 * Listens on the loopback address.
	 * @param port where; 0: any free one
	 * @param target port of the loopback address to which everything goes
	 */
	public Wire(int port, int target) throws IOException {
		this.target = target;
		this.server = listen(port);
		this.port = this.server.getLocalPort();
	}

	private ServerSocket listen(int at) throws IOException {
		ServerSocket listening = new ServerSocket();
		listening.setReuseAddress(true);
		listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at));
		Thread.ofVirtual().name("wire").start(() -> accept(listening));
		return listening;
	}

	/** Where it listens. */
	public int port() {
		return this.port;
	}

	/** From now on nothing gets through, on old connections and new ones. */
	public void swallow() {
		this.lock.lock();
		try {
			this.broken = true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Everything gets through again, but on connections that were silenced. */
	public void mend() {
		this.lock.lock();
		try {
			this.broken = false;
			this.mended.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What the connections that exist carry is lost from now on; they stay open.
	 * @return how many there are
	 */
	public int silence() {
		return silence((_) -> true);
	}

	/**
	 * The same for the connections that have subscribed to a channel of Redis.
	 * @return how many there are
	 */
	public int silenceSubscriptions() {
		return silence((line) -> line.subscribed);
	}

	private int silence(Predicate<Line> which) {
		List<Line> silenced = this.lines.stream().filter(which).toList();
		silenced.forEach((line) -> line.silent = true);
		return silenced.size();
	}

	/** Everything that arrives from now on is passed on so much later. */
	public void delay(Duration time) {
		this.delay = time;
	}

	/** New connections lead to this port; those that exist stay. */
	public void leadTo(int other) {
		this.target = other;
	}

	/** Refuses new connections, as a server does that drains; those that exist stay. */
	public void stopListening() throws IOException {
		this.server.close();
	}

	/** Refuses connections, and resets those that exist. */
	public void refuse() throws IOException {
		stopListening();
		reset();
	}

	/** Ends the connections that exist; new ones are accepted. */
	public void reset() {
		for (Line line : this.lines) {
			line.close();
		}
	}

	/**
	 * Accepts connections, also again after {@link #refuse} or {@link #stopListening}.
	 */
	public void listen() throws IOException {
		if (this.server.isClosed()) {
			this.server = listen(this.port);
		}
	}

	private void accept(ServerSocket listening) {
		try {
			while (true) {
				Line line = new Line(listening.accept());
				this.lines.add(line);
				Thread.ofVirtual().start(() -> connect(line));
			}
		}
		catch (IOException _) {
			// closed
		}
	}

	private void connect(Line line) {
		try {
			awaitMended();
			line.there.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.target), 5_000);
			Thread.ofVirtual().start(() -> copy(line, line.client, line.there));
			copy(line, line.there, line.client);
		}
		catch (IOException _) {
			line.close();
		}
	}

	private void copy(Line line, Socket from, Socket to) {
		try {
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			byte[] buffer = new byte[BUFFER_BYTES];
			int count = in.read(buffer);
			while (count >= 0) {
				awaitMended();
				LockSupport.parkNanos(this.delay.toNanos());
				line.subscribed |= from == line.client
						&& new String(buffer, 0, count, StandardCharsets.ISO_8859_1).contains(SUBSCRIBE);
				if (!line.silent) {
					out.write(buffer, 0, count);
					out.flush();
				}
				count = in.read(buffer);
			}
		}
		catch (IOException _) {
			// either end is gone: so is the other
		}
		line.close();
	}

	private void awaitMended() throws IOException {
		this.lock.lock();
		try {
			while (this.broken) {
				this.mended.await();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted", ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void close() throws IOException {
		this.server.close();
		mend();
		this.lines.forEach(Line::close);
	}

	/** A connection, with its continuation to the target. */
	private final class Line {

		private final Socket client;

		private final Socket there = new Socket();

		private volatile boolean silent;

		private volatile boolean subscribed;

		Line(Socket client) {
			this.client = client;
		}

		void close() {
			Wire.this.lines.remove(this);
			for (Socket socket : new Socket[] { this.client, this.there }) {
				try {
					socket.close();
				}
				catch (IOException _) {
					// closed is closed
				}
			}
		}

	}

}
