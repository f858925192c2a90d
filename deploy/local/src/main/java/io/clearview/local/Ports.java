package io.clearview.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of this machine's loopback address. */
public final class Ports {

	/** Everything here listens on this address only. */
	public static final String LOOPBACK = "127.0.0.1";

	// below the ports that systems give to outgoing connections, so that none of those
	// takes one between choosing and using it
	private static final int FIRST = 20_000;

	private static final int LAST = 32_000;

	/** What was handed out and may not be listened on yet. */
	private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

	private Ports() {
	}

	/**
	 * A port that nothing listens on at the moment, and that this JVM was not given yet.
	 */
	public static int free() {
		for (int i = 0; i < 1000; i++) {
			int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
			if (isFree(port) && GIVEN.add(port)) {
				return port;
			}
		}
		throw new StackException("Found no free port between " + FIRST + " and " + LAST);
	}

	/** A port that somebody chose, and that {@link #free()} must not choose again. */
	static int reserve(int port) {
		GIVEN.add(port);
		return port;
	}

	/** Whether nothing listens on this port at the moment. */
	public static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket()) {
			socket.bind(new InetSocketAddress(InetAddress.getByName(LOOPBACK), port));
			return true;
		}
		catch (IOException _) {
			return false;
		}
	}

}
