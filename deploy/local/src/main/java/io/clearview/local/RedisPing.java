package io.clearview.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Optional;

import javax.net.ssl.SSLSocketFactory;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Asks a Redis whether it is there, without a client library. */
public final class RedisPing {

	private static final int TIMEOUT_MILLIS = 2000;

	private RedisPing() {
	}

	/**
	 * What keeps this Redis from being used. Empty when it answers.
	 * @param url {@code redis://} or {@code rediss://}, with user and password if need be
	 */
	public static Optional<String> problem(URI url) {
		if (url.getHost() == null || !("redis".equals(url.getScheme()) || "rediss".equals(url.getScheme()))) {
			return Optional.of("expected redis://host:port");
		}
		int port = (url.getPort() < 0) ? 6379 : url.getPort();
		try (Socket plain = new Socket()) {
			plain.connect(new InetSocketAddress(url.getHost(), port), TIMEOUT_MILLIS);
			plain.setSoTimeout(TIMEOUT_MILLIS);
			try (Socket socket = "rediss".equals(url.getScheme()) ? secure(plain, url.getHost(), port) : plain) {
				return exchange(socket, url.getUserInfo());
			}
		}
		catch (IOException ex) {
			return Optional.of(String.valueOf(ex.getMessage()));
		}
	}

	private static Socket secure(Socket socket, String host, int port) throws IOException {
		return ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(socket, host, port, true);
	}

	private static Optional<String> exchange(Socket socket, String userInfo) throws IOException {
		BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
		if (userInfo != null) {
			int colon = userInfo.indexOf(':');
			String user = (colon > 0) ? userInfo.substring(0, colon) : "default";
			send(socket, "AUTH", user, userInfo.substring(colon + 1));
			String answer = in.readLine();
			if (answer == null || !answer.startsWith("+")) {
				return Optional.of("it refuses this user and password");
			}
		}
		send(socket, "PING");
		String answer = in.readLine();
		if ("+PONG".equals(answer)) {
			return Optional.empty();
		}
		return Optional
			.of((answer != null && answer.startsWith("-")) ? answer.substring(1) : "it does not answer PING");
	}

	private static void send(Socket socket, String... words) throws IOException {
		StringBuilder command = new StringBuilder("*" + words.length + "\r\n");
		for (String word : words) {
			command.append('$').append(word.getBytes(UTF_8).length).append("\r\n").append(word).append("\r\n");
		}
		OutputStream out = socket.getOutputStream();
		out.write(command.toString().getBytes(UTF_8));
		out.flush();
	}

}
