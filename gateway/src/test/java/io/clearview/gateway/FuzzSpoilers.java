package io.clearview.gateway;

import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

import io.clearview.gateway.FuzzRequest.Framing;

/** What makes a request one that is refused, while the connection goes on. */
final class FuzzSpoilers {

	private final FuzzLuck luck;

	private final FuzzBodies bodies;

	private final boolean classifier;

	private final List<Consumer<FuzzDraft>> all = List.of(this::changeMethod, this::changeTarget, this::changeToken,
			this::changeToken, this::changeMediaType, this::changeOrigin, this::spoilHeader, this::spoilHeader,
			this::spoilBody, this::spoilBody, this::spoilBody);

	FuzzSpoilers(FuzzLuck luck, FuzzBodies bodies, boolean classifier) {
		this.luck = luck;
		this.bodies = bodies;
		this.classifier = classifier;
	}

	/** Does one of them to a request. */
	void apply(FuzzDraft draft) {
		this.luck.any(this.all).accept(draft);
	}

	private void changeMethod(FuzzDraft draft) {
		String method = this.luck.any(List.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE",
				"BREW", "get", "Post", "M-SEARCH", this.luck.token(this.luck.nextInt(1, 30))));
		if (!method.equals(draft.request.method)) {
			draft.note("method");
			boolean preflight = draft.request.has("Access-Control-Request-Method");
			draft.request.method = method;
			draft.bodiless = method.equals("HEAD");
			if (draft.sound != 404 && draft.sound != 401) {
				draft.refuse(405);
			}
			else if (draft.request.has("Origin")) {
				draft.refuse(draft.sound);
			}
			if (draft.request.has("Origin")) {
				draft.refuse(403);
			}
			if (preflight) {
				draft.anything();
			}
		}
	}

	private void changeTarget(FuzzDraft draft) {
		draft.note("target");
		draft.request.target = this.luck.any(List.of("/classify/", "//classify", "/classify;a=b", "/classify//",
				"/./classify", "/a/../classify", "/%63lassify", "/classify%00", "/classify%0d%0aX:y", "/quota%3fa=b",
				"/classify%ff", "/%c0%ae/quota", "/CLASSIFY", "http://gateway/classify", "http://evil.example/quota",
				"/%252e%252e/quota", "/" + "p".repeat(7_000), "/a".repeat(1_000), "/..".repeat(500), "/%2e".repeat(500),
				"/;".repeat(500), "/~" + this.luck.token(20).replaceAll("[`^|%#]", "_"), "/:", "//"));
		draft.anything();
		draft.echoed = false;
	}

	private void changeToken(FuzzDraft draft) {
		String token = draft.request.value("Authorization");
		if (token.length() < 64) {
			return;
		}
		draft.note("token");
		draft.request.remove("Authorization");
		byte[] forged = { (byte) this.luck.nextInt(200), 1, 2, 3, 4, 5, 6, 7 };
		String hex = HexFormat.of().formatHex(forged).repeat(4);
		String known = token.substring(token.length() - 64);
		String altered = known.substring(0, 20) + ((known.charAt(20) == '0') ? '1' : '0') + known.substring(21);
		String other = this.luck
			.any(List.of("", " ", "Bearer", "Bearer ", "Bearer x", "Basic " + known, known, "Bearer " + known + "0",
					"Bearer " + known.substring(1), "Bearer " + known.replace('a', 'g').replace(known.charAt(0), 'z'),
					"Bearer Bearer Bearer " + known, "Bearer\u00a0" + known, "Bearer " + altered, "Bearer " + hex,
					"Bearer " + hex, "Bearer " + hex, "Bearer " + "0".repeat(64), "Bearer " + "x".repeat(5_000),
					"Bearer " + known.substring(0, 63) + "\u00e9", "Bearer null", "Digest username=\"x\"",
					"Bearer " + known + "," + known));
		if (this.luck.nextInt(8) > 0) {
			draft.request.add("Authorization", other);
		}
		draft.refuse(401);
	}

	private void changeMediaType(FuzzDraft draft) {
		draft.note("media type");
		draft.request.remove("Content-Type");
		draft.request.remove("Content-Encoding");
		switch (this.luck.nextInt(3)) {
			case 0 -> {
			}
			case 1 -> draft.request.headers.addAll(List.of("Content-Type: application/json",
					this.luck.any(List.of("Content-Encoding: gzip", "Content-Encoding: x"))));
			default -> draft.request.add("Content-Type",
					this.luck.any(List.of("", "text/plain", "application/*", "*/*", "json", "a/b/c", ";",
							"application/json; charset=utf-16", "application/json; charset=nonsense",
							"multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/jsonx",
							"\u00e4/\u00e4", "text/plain, application/json", "x".repeat(3000))));
		}
		if (draft.is("POST /classify")) {
			draft.refuse(415);
		}
		else if (draft.is("POST /auth") && draft.body.bytes().length > 0) {
			draft.refuse(415);
		}
	}

	private void changeOrigin(FuzzDraft draft) {
		draft.note("origin");
		draft.request.set("Origin",
				this.luck.any(List.of("", "null", "https://evil.example", "chrome-extension.evil.example", "http://[",
						"*", "chrome-extension:/x", "file://", "x".repeat(3000), "https://chrome-extension://x",
						"http://\u00e4", "://", "http://x:99999", "http://x:y", "http:///", "http://x y")));
		draft.refuse(403);
	}

	/** A header that is read somewhere on the way. */
	private void spoilHeader(FuzzDraft draft) {
		String header = this.luck.any(List.of("Cookie: a=\"b", "Cookie: " + "a=b;".repeat(500), "X: \u00ff\u0080",
				"Accept: ;;;", "Accept: */json", "Content-Type: a", "Origin: x", "Idempotency-Key: " + "k".repeat(200),
				"If-Match: \"", "Access-Control-Request-Method: \u00e4", "Access-Control-Request-Headers: ,,",
				"Connection: ,", "Host-: x", "Accept-Language: ***", "Accept-Charset: x", "Content-Range: bytes 0-1/2",
				"Authorization: Bearer x", "Range: x", "X-Forwarded-For: x", "Content-Language: 1",
				"Content-Disposition: x", "If-Modified-Since: x", "baggage: ===", "tracestate: ,", "b3: 0",
				"X-B3-TraceId: x", "Sec-Fetch-Mode: cors", "X-Correlation-ID: other-name"));
		draft.note(header.substring(0, Math.min(header.length(), 20)));
		if (this.luck.nextBoolean()) {
			draft.request.headers.add(0, header);
			draft.correlation = header.startsWith("X-Corr") ? "other-name" : draft.correlation;
		}
		else {
			draft.request.headers.add(header);
		}
		draft.maybe(400, 401, 403, 405, 406, 415);
	}

	private void spoilBody(FuzzDraft draft) {
		if (draft.request.framing == Framing.NONE) {
			return;
		}
		draft.body = this.bodies.spoilt();
		draft.note("body: " + draft.body.what());
		draft.request.body = draft.body.bytes();
		draft.mayExceed();
		if (draft.is("POST /auth")) {
			draft.judge(draft.body.object());
			// if its type was spoilt while it was empty
			draft.maybe(415);
		}
		else if (draft.is("POST /classify") && !this.classifier) {
			draft.judge(draft.body.sound());
		}
	}

}
