package io.clearview.gateway;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/** Bodies of requests to classify, sound and spoilt. */
final class FuzzBodies {

	static final int LARGEST = 102_400;

	private static final List<String> WORDS = List.of("win", "money", "\u00e4\u00f6\u00fc", "\ud83d\ude00",
			"\u202e\u0627\u0644", "\\n", "\\\"", "\\u00e9", "\\u0085", "\u007f", "\\ud83d\\ude00", " ",
			"https://t.co/x", "\u0301", "{}", "]");

	private final FuzzLuck luck;

	private final List<Supplier<Body>> spoilt;

	FuzzBodies(FuzzLuck luck) {
		this.luck = luck;
		this.spoilt = List.of(() -> cut(sound().bytes), this::nested, this::notUtf8, this::notEvenAnObject, this::posts,
				this::post, this::fields, this::number, this::changed, this::encoded,
				() -> new Body("random bytes", bytes(luck.nextInt(3000)), null, null, List.of()),
				() -> new Body("no body", new byte[0], true, false, List.of()),
				() -> of("white space", " \r\n\t".repeat(luck.nextInt(1, 200)), true, false),
				() -> of("something behind it", text(sound()) + "}", false, false));
	}

	Body sound() {
		List<String> hashes = new ArrayList<>();
		StringBuilder posts = new StringBuilder();
		for (int i = (this.luck.nextInt(20) == 0) ? 50 : this.luck.nextInt(1, 6); i > 0; i--) {
			String hash = "post_" + Integer.toHexString(this.luck.nextInt(1000));
			hashes.add(hash);
			posts.append(posts.isEmpty() ? "" : ",")
				.append("{\"hash\":\"%s\",\"content\":\"%s\"}".formatted(hash, words()));
		}
		String rest = this.luck.nextBoolean() ? "" : ",\"preference\":\"%s\",\"timestamp\":%d,\"tier\":\"enterprise\""
			.formatted(words(), this.luck.nextLong());
		String body = "{\"posts\":[" + posts + "]" + rest + "}";
		return new Body("sound", body.getBytes(StandardCharsets.UTF_8), true, true, hashes);
	}

	/** Filled up with white space. */
	Body ofSize(int size) {
		Body sound = sound();
		byte[] bytes = Arrays.copyOf(sound.bytes, size);
		Arrays.fill(bytes, sound.bytes.length, size, (byte) ' ');
		return new Body(size + " bytes", bytes, true, true, sound.hashes);
	}

	Body spoilt() {
		return this.spoilt.get(this.luck.nextInt(this.spoilt.size())).get();
	}

	private String words() {
		StringBuilder words = new StringBuilder("w");
		for (int i = this.luck.nextInt(12); i > 0; i--) {
			words.append(this.luck.any(WORDS));
		}
		return words.toString();
	}

	private Body cut(byte[] bytes) {
		byte[] cut = Arrays.copyOf(bytes, this.luck.nextInt(1, bytes.length));
		return new Body("cut off", cut, false, false, List.of());
	}

	private Body nested() {
		int depth = this.luck.nextInt(1, 20_000);
		return switch (this.luck.nextInt(4)) {
			case 0 -> of("deep arrays", "[".repeat(depth), false, false);
			case 1 -> of("deep objects", "{\"a\":".repeat(depth), false, false);
			case 2 -> of("deep and closed", "[".repeat(depth) + "]".repeat(depth), false, false);
			default ->
				of("deep and closed within", "{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}", null, false);
		};
	}

	private Body notUtf8() {
		boolean certain = this.luck.nextBoolean();
		int[] wrong = this.luck.any(certain ? List.of(new int[] { 0xc3, 0x28 }, new int[] { 0xff }, new int[] { 0x80 })
				: List.of(new int[] { 0xc0, 0x80 }, new int[] { 0xed, 0xa0, 0x80 }, new int[] { 0xf8, 0x88, 0x80 },
						new int[] { 0xf4, 0x90, 0x80, 0x80 }));
		String text = "{\"posts\":[{\"hash\":\"post_1\",\"content\":\"a    b\"}]}";
		byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
		for (int i = 0; i < wrong.length; i++) {
			bytes[text.indexOf("    ") + i] = (byte) wrong[i];
		}
		return new Body("not UTF-8", bytes, certain ? false : null, certain ? false : null, List.of("post_1"));
	}

	private Body notEvenAnObject() {
		return of("no object",
				this.luck.any(List.of("[]", "[{}]", "1", "-", "null", "true", "nul", "\"x\"", "{", "}", "{]", "{\"a\"}",
						"{,}", "{\"a\":}", "{a:1}", "{'a':1}", "NaN", "/**/{}", "{} {}", "{}{", "\u0000",
						"{\"a\":\"\u0000\"}", "{\"a\":\"\n\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\ud83\"}", "{\"a\":01}",
						"{\"a\":1.}", "{\"a\":+1}")),
				false, false);
	}

	private Body posts() {
		String post = "{\"hash\":\"post_1\",\"content\":\"a\"}";
		return of("posts",
				"{\"posts\":"
						+ this.luck.any(List.of("[]", "{}", "null", "0", "\"\"", "[1]", "[null]", "[[]]", "[[{}]]",
								"[" + post + ",null]", "[" + String.join(",", Collections.nCopies(51, post)) + "]",
								"[" + String.join(",", Collections.nCopies(this.luck.nextInt(52, 2000), post)) + "]"))
						+ "}",
				true, false);
	}

	private Body post() {
		return of("a post", "{\"posts\":[{" + this.luck.any(List.of("\"hash\":\"post_1\"", "\"content\":\"a\"", "",
				"\"hash\":\"abcd\",\"content\":\"a\"", "\"hash\":\"" + "h".repeat(101) + "\",\"content\":\"a\"",
				"\"hash\":1,\"content\":\"a\"", "\"hash\":null,\"content\":\"a\"", "\"hash\":[],\"content\":\"a\"",
				"\"hash\":\"post_1\",\"content\":\"\"", "\"hash\":\"post_1\",\"content\":1",
				"\"hash\":\"post_1\",\"content\":{}", "\"hash\":\"post_1\",\"content\":\"" + "c".repeat(10_001) + "\"",
				"\"hash\":\"post_1\",\"content\":\"\\u0000\"", "\"hash\":\"post_1\",\"content\":\"\\u001f\"")) + "}]}",
				true, false);
	}

	private Body fields() {
		return of("fields",
				"{\"posts\":[{\"hash\":\"post_1\",\"content\":\"a\"}]," + this.luck
					.any(List.of("\"preference\":1", "\"preference\":{}", "\"preference\":\"" + "p".repeat(2001) + "\"",
							"\"deadlineMs\":-1", "\"deadlineMs\":7001", "\"deadlineMs\":\"1\"", "\"deadlineMs\":1.5",
							"\"deadlineMs\":99999999999", "\"deadlineMs\":[]"))
						+ "}",
				true, false);
	}

	private Body number() {
		return of("a number",
				"{\"posts\":[{\"hash\":\"post_1\",\"content\":\"a\"}],\"timestamp\":" + this.luck
					.any(List.of("1e999", "-1e-999999999", "1E+2147483648", "9".repeat(this.luck.nextInt(20, 5000)),
							"0." + "0".repeat(1500) + "1", "1e" + "9".repeat(this.luck.nextInt(1, 2000))))
						+ "}",
				null, null);
	}

	private Body changed() {
		byte[] bytes = sound().bytes;
		for (int i = this.luck.nextInt(1, 4); i > 0; i--) {
			bytes[this.luck.nextInt(bytes.length)] = (byte) this.luck.nextInt();
		}
		return new Body("changed bytes", bytes, null, null, List.of());
	}

	private Body encoded() {
		String text = text(sound());
		return new Body("encoded",
				this.luck.any(List.of(text.getBytes(StandardCharsets.UTF_16), text.getBytes(StandardCharsets.UTF_16LE),
						text.getBytes(StandardCharsets.UTF_32), ("\ufeff" + text).getBytes(StandardCharsets.UTF_8))),
				null, null, List.of());
	}

	private byte[] bytes(int length) {
		byte[] bytes = new byte[length];
		this.luck.nextBytes(bytes);
		return bytes;
	}

	private static String text(Body body) {
		return new String(body.bytes, StandardCharsets.UTF_8);
	}

	private static Body of(String what, String text, @Nullable Boolean object, @Nullable Boolean sound) {
		return new Body(what, text.getBytes(StandardCharsets.UTF_8), object, sound, List.of());
	}

	/**
	 * A body.
	 *
	 * @param what is wrong with it
	 * @param bytes of it
	 * @param object whether it is empty or a JSON object; null when that is open
	 * @param sound whether it is a request to classify; null when that is open
	 * @param hashes of its posts; empty when it has none or they are unknown
	 */
	record Body(String what, byte[] bytes, @Nullable Boolean object, @Nullable Boolean sound, List<String> hashes) {
	}

}
