package io.clearview.local;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;

/** Tells whether a process is ready to be used. */
@FunctionalInterface
public interface Probe {

	/**
	 * Asks once, for a second at most. Never throws: what cannot be reached is not ready.
	 */
	boolean ready(ManagedProcess process);

	/** Ready when this path of the management port answers 200. */
	static Probe http(String path) {
		return (process) -> {
			try {
				URI uri = URI.create("http://" + Ports.LOOPBACK + ":" + process.managementPort() + path);
				HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
				connection.setConnectTimeout(1000);
				connection.setReadTimeout(1000);
				try {
					return connection.getResponseCode() == 200;
				}
				finally {
					connection.disconnect();
				}
			}
			catch (IOException _) {
				return false;
			}
		};
	}

	/** Ready when it accepts a connection. */
	static Probe connection() {
		return (process) -> {
			try (Socket socket = new Socket()) {
				socket.connect(new InetSocketAddress(Ports.LOOPBACK, process.port()), 1000);
				return true;
			}
			catch (IOException _) {
				return false;
			}
		};
	}

	/** Ready when it answers a {@code PING}. */
	static Probe redis() {
		return (process) -> RedisPing.problem(URI.create(process.url())).isEmpty();
	}

}
