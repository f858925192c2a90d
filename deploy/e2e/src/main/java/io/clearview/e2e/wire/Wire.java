package io.clearview.e2e.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP connection to somewhere that can become a black hole: it still accepts, and says
 * nothing. Bytes that arrive meanwhile are kept and go on when it is mended, as on a real
 * network that lost a route for a while.
 */
public final class Wire implements AutoCloseable {

	private static final int BUFFER_BYTES = 16_384;

	private final ServerSocket server;

	private final int target;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition mended = this.lock.newCondition();

	private boolean broken;

	/**
	 * Listens on a free port of the loopback address.
	 * @param target port of the loopback address to which everything goes
	 */
	public Wire(int port, int target) throws IOException {
		this.server = new ServerSocket();
		this.server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
		this.target = target;
		Thread.ofVirtual().name("wire").start(this::accept);
	}

	/** Where it listens. */
	public int port() {
		return this.server.getLocalPort();
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

	/** Everything gets through again. */
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

	private void accept() {
		try {
			while (true) {
				Socket client = this.server.accept();
				this.sockets.add(client);
				Thread.ofVirtual().start(() -> connect(client));
			}
		}
		catch (IOException _) {
			// closed
		}
	}

	@SuppressWarnings("resource")
	private void connect(Socket client) {
		Socket there = new Socket();
		this.sockets.add(there);
		try {
			awaitMended();
			there.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.target), 5_000);
			Thread.ofVirtual().start(() -> copy(client, there));
			copy(there, client);
		}
		catch (IOException _) {
			closeBoth(client, there);
		}
	}

	private void copy(Socket from, Socket to) {
		try {
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			byte[] buffer = new byte[BUFFER_BYTES];
			int count = in.read(buffer);
			while (count >= 0) {
				awaitMended();
				out.write(buffer, 0, count);
				out.flush();
				count = in.read(buffer);
			}
		}
		catch (IOException _) {
			// either end is gone: so is the other
		}
		closeBoth(from, to);
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

	private void closeBoth(Socket one, Socket other) {
		for (Socket socket : new Socket[] { one, other }) {
			this.sockets.remove(socket);
			try {
				socket.close();
			}
			catch (IOException _) {
				// closed is closed
			}
		}
	}

	@Override
	public void close() throws IOException {
		this.server.close();
		mend();
		for (Socket socket : this.sockets) {
			socket.close();
		}
	}

}
