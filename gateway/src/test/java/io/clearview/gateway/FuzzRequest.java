package io.clearview.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** A request in parts that can be spoilt one by one. Text is one byte a character. */
final class FuzzRequest {

	String method;

	String target;

	String version = "HTTP/1.1";

	/** Lines without their ends, in the order of sending. */
	final List<String> headers = new ArrayList<>();

	byte[] body = new byte[0];

	Framing framing = Framing.NONE;

	FuzzRequest(String method, String target) {
		this.method = method;
		this.target = target;
	}

	void add(String name, String value) {
		this.headers.add(name + ": " + value);
	}

	boolean has(String name) {
		return this.headers.stream().anyMatch((line) -> isOf(line, name));
	}

	void remove(String name) {
		this.headers.removeIf((line) -> isOf(line, name));
	}

	void set(String name, String value) {
		remove(name);
		add(name, value);
	}

	String value(String name) {
		return this.headers.stream()
			.filter((line) -> isOf(line, name))
			.findFirst()
			.map((line) -> line.substring(name.length() + 1).strip())
			.orElse("");
	}

	private static boolean isOf(String line, String name) {
		return line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":");
	}

	/** As it goes over the wire, with chunks that end anywhere. */
	byte[] bytes(Random random) {
		StringBuilder head = new StringBuilder(method()).append(this.version).append("\r\n");
		this.headers.forEach((line) -> head.append(line).append("\r\n"));
		switch (this.framing) {
			case LENGTH -> head.append("Content-Length: ").append(this.body.length).append("\r\n");
			case CHUNKED -> head.append("Transfer-Encoding: chunked\r\n");
			case NONE -> {
			}
		}
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		bytes.writeBytes(latin(head.append("\r\n").toString()));
		if (this.framing == Framing.CHUNKED) {
			writeChunks(bytes, random);
		}
		else {
			bytes.writeBytes(this.body);
		}
		return bytes.toByteArray();
	}

	private String method() {
		return this.method + " " + this.target + " ";
	}

	private void writeChunks(ByteArrayOutputStream bytes, Random random) {
		int at = 0;
		while (at < this.body.length) {
			int size = Math.min(this.body.length - at, 1 + random.nextInt(Math.max(1, this.body.length / 2)));
			String line = random.nextBoolean() ? Integer.toHexString(size) : "00" + Integer.toHexString(size) + ";a=b";
			bytes.writeBytes(latin(line + "\r\n"));
			bytes.write(this.body, at, size);
			bytes.writeBytes(latin("\r\n"));
			at += size;
		}
		bytes.writeBytes(latin((random.nextInt(8) == 0) ? "0\r\nX-Trailer: 1\r\n\r\n" : "0\r\n\r\n"));
	}

	static byte[] latin(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

	/** How a server learns where the body ends. */
	enum Framing {

		NONE, LENGTH, CHUNKED

	}

}
