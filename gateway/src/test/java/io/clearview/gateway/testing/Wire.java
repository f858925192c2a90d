package io.clearview.gateway.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import io.clearview.gateway.testing.Gateway.Answer;
import org.jspecify.annotations.Nullable;

/**
 * A connection on which anything can be sent, and that takes nothing back but HTTP/1.1 to
 * the letter.
 */
public final class Wire implements AutoCloseable {

	private static final int TIMEOUT_MS = 30_000;

	private static final int LONGEST_LINE = 16 * 1024;

	private static final Pattern INTERIM = Pattern.compile("HTTP/1\\.1 1\\d\\d .*");

	private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] [2-5]\\d\\d [A-Za-z -]+");

	private static final Pattern NAME = Pattern.compile("[A-Za-z-]+");

	private final Socket socket;

	private final InputStream in;

	private boolean expendable;

	public Wire(int port) throws IOException {
		this.socket = new Socket("127.0.0.1", port);
		this.socket.setTcpNoDelay(true);
		// ended by a reset: tens of thousands of ports in TIME_WAIT would be all there
		// are
		this.socket.setSoLinger(true, 0);
		this.in = new BufferedInputStream(this.socket.getInputStream());
	}

	/** Sends as much as the other side lets it: it may have hung up already. */
	public void send(byte[] bytes) {
		try {
			this.socket.getOutputStream().write(bytes);
		}
		catch (IOException _) {
			// what was answered before is still there to be read
		}
	}

	/** Sends what is no HTTP: from here on the other side may hang up at any moment. */
	public void breakWith(byte[] bytes) {
		this.expendable = true;
		send(bytes);
	}

	/** Says that nothing will follow. */
	public void endOutput() {
		try {
			this.socket.shutdownOutput();
		}
		catch (IOException _) {
			// it is closed already
		}
	}

	/** Whether something, be it the end, comes within that time. */
	public boolean isAnswered(int withinMs) throws IOException {
		this.in.mark(1);
		this.socket.setSoTimeout(withinMs);
		try {
			this.in.read();
			return true;
		}
		catch (SocketTimeoutException _) {
			return false;
		}
		catch (SocketException _) {
			return true;
		}
		finally {
			this.in.reset();
		}
	}

	/**
	 * The next final answer; null when the connection was closed instead.
	 * @param bodiless whether it answers a HEAD
	 * @throws AssertionError when it is no HTTP, breaks off, or does not come
	 */
	public @Nullable Answer read(boolean bodiless) throws IOException {
		this.socket.setSoTimeout(TIMEOUT_MS);
		try {
			String line = line();
			while (line != null && INTERIM.matcher(line).matches()) {
				headers();
				line = line();
			}
			if (line == null) {
				return null;
			}
			if (!STATUS.matcher(line).matches()) {
				throw new AssertionError("No status line: " + line);
			}
			Map<String, List<String>> headers = headers();
			byte[] body = bodiless ? new byte[0] : body(line.startsWith("HTTP/1.0"), headers);
			return new Answer(Integer.parseInt(line.substring(9, 12)), headers,
					new String(body, StandardCharsets.UTF_8));
		}
		catch (SocketTimeoutException _) {
			throw new AssertionError("The gateway stopped answering");
		}
		catch (EOFException _) {
			if (this.expendable) {
				return null;
			}
			throw new AssertionError("An answer broke off");
		}
		catch (SocketException _) {
			return null;
		}
	}

	private Map<String, List<String>> headers() throws IOException {
		Map<String, List<String>> headers = new LinkedHashMap<>();
		String line = line();
		while (line != null && !line.isEmpty()) {
			int colon = line.indexOf(':');
			if (colon < 1 || !NAME.matcher(line.substring(0, colon)).matches()) {
				throw new AssertionError("No header: " + line);
			}
			headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), (_) -> new ArrayList<>())
				.add(line.substring(colon + 1).strip());
			line = line();
		}
		if (line == null) {
			throw new EOFException();
		}
		return headers;
	}

	private byte[] body(boolean old, Map<String, List<String>> headers) throws IOException {
		if (headers.containsKey("transfer-encoding")) {
			if (old) {
				throw new AssertionError("HTTP/1.0 knows no chunks: " + headers);
			}
			return chunks();
		}
		if (old && !headers.containsKey("content-length")) {
			return this.in.readAllBytes();
		}
		List<String> length = headers.getOrDefault("content-length", List.of());
		if (length.size() != 1) {
			throw new AssertionError("Nobody knows where this body ends: " + headers);
		}
		return exactly(Integer.parseInt(length.getFirst()));
	}

	private byte[] chunks() throws IOException {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		while (true) {
			String size = line();
			if (size == null) {
				throw new EOFException();
			}
			byte[] chunk = exactly(Integer.parseInt(size, 16));
			body.writeBytes(chunk);
			if (!"".equals(line())) {
				throw new AssertionError("A chunk is longer than it says");
			}
			if (chunk.length == 0) {
				return body.toByteArray();
			}
		}
	}

	private byte[] exactly(int length) throws IOException {
		byte[] bytes = this.in.readNBytes(length);
		if (bytes.length < length) {
			throw new EOFException();
		}
		return bytes;
	}

	/** A line without its end; null when the connection ended before it. */
	private @Nullable String line() throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		int next = this.in.read();
		if (next < 0) {
			return null;
		}
		while (next != '\r') {
			if (next < 0) {
				throw new EOFException();
			}
			if (next == '\n' || line.size() > LONGEST_LINE) {
				throw new AssertionError("No line: " + line);
			}
			line.write(next);
			next = this.in.read();
		}
		if (this.in.read() != '\n') {
			throw new AssertionError("A line ends without LF: " + line);
		}
		return line.toString(StandardCharsets.ISO_8859_1);
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
