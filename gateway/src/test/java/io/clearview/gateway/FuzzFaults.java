package io.clearview.gateway;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

import io.clearview.gateway.FuzzRequest.Framing;

/** What makes a connection useless. */
final class FuzzFaults {

	private static final int LARGEST_HEAD = 16 * 1024;

	private final FuzzLuck luck;

	FuzzFaults(FuzzLuck luck) {
		this.luck = luck;
	}

	/** Something that must be refused, and after which nothing can be read. */
	byte[] refused(FuzzRequest request, Consumer<String> note) {
		return switch (this.luck.nextInt(8)) {
			case 0, 1 -> lengths(request, note);
			case 2 -> chunks(request, note);
			case 3, 4 -> header(request, note);
			case 5 -> line(request, note);
			case 6 -> host(request, note);
			default -> {
				note.accept("what is no HTTP");
				yield FuzzRequest.latin(
						this.luck.any(List.of("GARBAGE\r\n\r\n", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n",
								"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET /health\r\n\r\n", "GET\r\n\r\n", "{}\r\n\r\n",
								"GET /health HTTP/1.1 x\r\nHost: x\r\n\r\n", "GET /quota HTTP/1.1\nHost: x\n\n",
								"*1\r\n$4\r\nPING\r\n\r\n", "\u0000\u0000\r\n\r\n", "SSH-2.0-x\r\n\r\n")));
			}
		};
	}

	private byte[] lengths(FuzzRequest request, Consumer<String> note) {
		if (this.luck.nextInt(12) == 0) {
			note.accept("a body that is not announced");
			request.method = "GET";
			request.framing = Framing.NONE;
			request.headers.addAll(List.of("Sec-WebSocket-Key1: 1", "Sec-WebSocket-Key2: 2"));
			request.body = FuzzRequest.latin("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
			return request.bytes(this.luck);
		}
		request.framing = Framing.NONE;
		request.body = FuzzRequest.latin("0\r\n\r\n");
		List<String> lengths = this.luck.any(List.of(List.of("Content-Length: 5", "Transfer-Encoding: chunked"),
				List.of("Transfer-Encoding: chunked", "Content-Length: 5"),
				List.of("Content-Length: 5", "Content-Length: 5"), List.of("Content-Length: 5", "Content-Length: 6"),
				List.of("Content-Length: 5, 5"), List.of("Content-Length: +5"), List.of("Content-Length: -5"),
				List.of("Content-Length: 0x5"), List.of("Content-Length: 5 5"), List.of("Content-Length: five"),
				List.of("Content-Length: 99999999999999999999"), List.of("Content-Length: 5."),
				List.of("Content-Length : 5"), List.of("Content-Length\t: 5"), List.of("Transfer-Encoding : chunked"),
				List.of("Transfer-Encoding: xchunked"), List.of("Transfer-Encoding: gzip, chunked"),
				List.of("Transfer-Encoding: chunked, identity"), List.of("Transfer-Encoding: identity"),
				List.of("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
				List.of("Transfer-Encoding:\u000bchunked"), List.of("Transfer-Encoding: \"chunked\"")));
		note.accept(lengths.toString());
		request.headers.addAll(this.luck.nextInt(request.headers.size() + 1), lengths);
		return request.bytes(this.luck);
	}

	private byte[] chunks(FuzzRequest request, Consumer<String> note) {
		request.method = "POST";
		request.target = "/auth";
		request.set("Content-Type", "application/json");
		request.remove("Origin");
		request.headers.add("Transfer-Encoding: chunked");
		request.framing = Framing.NONE;
		String chunks = this.luck
			.any(List.of("zz\r\n{}\r\n0\r\n\r\n", "-2\r\n{}\r\n0\r\n\r\n", "fffffffffffffffff\r\n{}", "2\n{}\n0\n\n",
					"2\r\n{}XX0\r\n\r\n", "2\r\n{}\r\n0x\r\n\r\n", "\r\n\r\n", "2;a=\"\r\nb\"\r\n{}\r\n0\r\n\r\n",
					"+2\r\n{}\r\n0\r\n\r\n", " \r\n{}", "2\r\n{}\r\n\r\n", "80000000\r\n{}\r\n0\r\n\r\nzz\r\n"));
		note.accept("chunks");
		request.body = FuzzRequest.latin(chunks);
		return request.bytes(this.luck);
	}

	private byte[] header(FuzzRequest request, Consumer<String> note) {
		String header = this.luck
			.any(List.of("X: a\r\n b", "X: a\r\n\tb", " X: a", "X : a", "X\u0000: a", "X: a\u0000b", "X y: a", "X(: a",
					": a", "X", "X: a\rb", "\u00e4: x", "X: a\u000bb", "Cookie: =;;=\"\u0001", "X@: a"));
		note.accept("header " + header);
		if (this.luck.nextInt(6) == 0) {
			request.add("X-Long", "l".repeat(LARGEST_HEAD));
			return request.bytes(this.luck);
		}
		request.headers.add(this.luck.nextInt(request.headers.size() + 1), header);
		return request.bytes(this.luck);
	}

	private byte[] line(FuzzRequest request, Consumer<String> note) {
		note.accept("request line");
		switch (this.luck.nextInt(3)) {
			case 0 -> request.version = this.luck.any(List.of("HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "HTTP/1.1.1",
					"HTTP/11", "HTTP/1.10", "HTTP/", "X", "HTTP/1.1\u0000", "HTTP/9.9"));
			case 1 -> request.target = "/" + "t".repeat(9_000);
			default -> request.method = this.luck.any(List.of("G\u0000T", "G(T", "\u00e4", "G@T", "\"GET\""));
		}
		return request.bytes(this.luck);
	}

	private byte[] host(FuzzRequest request, Consumer<String> note) {
		note.accept("Host");
		if (this.luck.nextBoolean()) {
			request.remove("Host");
		}
		else {
			request.add("Host", "other");
		}
		return request.bytes(this.luck);
	}

	/** Something after which anything may happen. */
	byte[] broken(byte[] sound, Consumer<String> note) {
		byte[] bytes = sound.clone();
		switch (this.luck.nextInt(7)) {
			case 0 -> {
				note.accept("changed bytes");
				for (int i = this.luck.nextInt(1, 6); i > 0; i--) {
					bytes[this.luck.nextInt(Math.min(bytes.length, 600))] = (byte) this.luck.nextInt();
				}
			}
			case 1 -> {
				note.accept("special bytes");
				for (int i = this.luck.nextInt(1, 4); i > 0; i--) {
					bytes[this.luck.nextInt(Math.min(bytes.length, 600))] = this.luck.any(List.of((byte) '\r',
							(byte) '\n', (byte) ' ', (byte) ':', (byte) 0, (byte) '\t', (byte) 0xff));
				}
			}
			case 2 -> {
				note.accept("a piece left out");
				int from = this.luck.nextInt(bytes.length);
				int to = Math.min(bytes.length, from + this.luck.nextInt(1, 20));
				return join(Arrays.copyOf(bytes, from), Arrays.copyOfRange(bytes, to, bytes.length));
			}
			case 3 -> {
				note.accept("a piece twice");
				int from = this.luck.nextInt(bytes.length);
				int to = Math.min(bytes.length, from + this.luck.nextInt(1, 200));
				return join(Arrays.copyOf(bytes, to), Arrays.copyOfRange(bytes, from, bytes.length));
			}
			case 4 -> {
				note.accept("something behind it");
				byte[] more = new byte[this.luck.nextInt(1, 400)];
				this.luck.nextBytes(more);
				return join(bytes, more);
			}
			default -> {
				note.accept("cut off");
				return Arrays.copyOf(bytes, this.luck.nextInt(bytes.length));
			}
		}
		return bytes;
	}

	private static byte[] join(byte[] first, byte[] second) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		bytes.writeBytes(first);
		bytes.writeBytes(second);
		return bytes.toByteArray();
	}

}
