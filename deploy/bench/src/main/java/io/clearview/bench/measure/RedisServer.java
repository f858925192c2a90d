package io.clearview.bench.measure;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Asks a Redis about itself, over a connection made for the question.
 *
 * @param port on the loopback address
 */
public record RedisServer(int port) {

	private static final int PATIENCE_MILLIS = 2000;

	/** How many keys it holds. */
	public long keys() {
		return Long.parseLong(ask("DBSIZE").strip());
	}

	/** What its data takes, in bytes. */
	public long usedBytes() {
		return ask("INFO memory").lines()
			.filter((line) -> line.startsWith("used_memory:"))
			.mapToLong((line) -> Long.parseLong(line.substring("used_memory:".length()).strip()))
			.findFirst()
			.orElse(0);
	}

	/**
	 * What each command took since it was started. Scripts include the commands in them.
	 */
	public Map<String, RedisCommandUse> commands() {
		return RedisCommandUse.parse(ask("INFO commandstats"));
	}

	/** Changes one of its settings. */
	public void set(String setting, String value) {
		ask("CONFIG SET " + setting + " " + value);
	}

	private String ask(String command) {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port), PATIENCE_MILLIS);
			socket.setSoTimeout(PATIENCE_MILLIS);
			socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
			return answer(new BufferedInputStream(socket.getInputStream()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Redis at " + this.port + " did not answer " + command, ex);
		}
	}

	/** Of RESP2: a simple string, an error, an integer or a bulk string. */
	private static String answer(InputStream in) throws IOException {
		int kind = in.read();
		String line = line(in);
		return switch (kind) {
			case '+', ':' -> line;
			case '$' -> new String(in.readNBytes(Integer.parseInt(line)), StandardCharsets.UTF_8);
			default -> throw new IOException("expected an answer, got " + (char) kind + line);
		};
	}

	private static String line(InputStream in) throws IOException {
		StringBuilder line = new StringBuilder();
		for (int c = in.read(); c >= 0 && c != '\r'; c = in.read()) {
			line.append((char) c);
		}
		if (in.read() != '\n') {
			throw new IOException("the answer broke off");
		}
		return line.toString();
	}

}
