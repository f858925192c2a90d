package io.clearview.gateway;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

import io.clearview.gateway.FuzzRequest.Framing;

/** What may be done to a request that stays sound. */
final class FuzzVariations {

	private final FuzzLuck luck;

	private final FuzzBodies bodies;

	private final List<Consumer<FuzzDraft>> all = List.of(this::addHeader, this::addManyHeaders, this::writeToken,
			this::writeMediaType, this::writeForwardedFor, this::addQuery, this::nameBadly, this::addBody,
			this::spoofIdentity, this::repeatHarmlessly, this::pad, this::fillUp);

	FuzzVariations(FuzzLuck luck, FuzzBodies bodies) {
		this.luck = luck;
		this.bodies = bodies;
	}

	/** Does one of them to a request. */
	void apply(FuzzDraft draft) {
		this.luck.any(this.all).accept(draft);
	}

	private void addHeader(FuzzDraft draft) {
		draft.note("a header");
		draft.request.headers.add(this.luck.any(List.of("Accept: */*", "Accept-Encoding: gzip, br", "Cookie: a=b; c=d",
				"Range: bytes=0-1", "If-None-Match: *", "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT",
				"User-Agent: x", "Pragma: no-cache", "TE: trailers", "Via: 1.1 x", "X-Empty:", "x-lower:y",
				"X-Tab:\ta\tb\t", "Idempotency-Key: once", "DNT: 1", "Connection: keep-alive", "Referer: http://[",
				"Max-Forwards: -1", "Date: never")));
	}

	private void addManyHeaders(FuzzDraft draft) {
		draft.note("many headers");
		for (int i = this.luck.nextInt(1, 100); i > 0; i--) {
			draft.request.add(this.luck.token(this.luck.nextInt(1, 40)), "v".repeat(this.luck.nextInt(60)));
		}
	}

	private void writeToken(FuzzDraft draft) {
		String authorization = draft.request.value("Authorization");
		if (!authorization.isEmpty()) {
			draft.note("the token in other letters");
			String bare = authorization.substring("Bearer ".length());
			draft.request.set("Authorization", this.luck.any(List.of("bearer " + bare, "Bearer Bearer " + bare,
					"  BEARER " + bare + "\t", "Bearer " + bare.toUpperCase(Locale.ROOT))));
		}
	}

	private void writeMediaType(FuzzDraft draft) {
		if (draft.request.has("Content-Type")) {
			draft.note("the media type in other letters");
			draft.request.set("Content-Type",
					this.luck.any(List.of("application/json;charset=UTF-8", "APPLICATION/JSON",
							"application/json; charset=\"utf-8\"", "application/json; q=1; x=y",
							"application/json ;charset=utf8")));
		}
	}

	private void writeForwardedFor(FuzzDraft draft) {
		draft.note("X-Forwarded-For");
		draft.request.set("X-Forwarded-For",
				this.luck.any(List.of("", ",", ",,,,", "unknown", "_hidden", "1.2.3.4, 5.6.7.8", "[::1]:80", "[::1",
						"::ffff:1.2.3.4", "1.2.3.4:99999", "999.1.1.1", "fe80::1%eth0", ":", "[]", "2001:db8::1, ",
						"1.1.1.1,".repeat(500), "x".repeat(5000))));
	}

	private void addQuery(FuzzDraft draft) {
		if (!draft.request.method.equals("OPTIONS")) {
			draft.note("a query");
			draft.request.target += this.luck
				.any(List.of("?", "?a=b", "?a=%20&b=%E4", "?=&&=", "?a=b?c=d", "?" + "q".repeat(3000)));
		}
	}

	private void nameBadly(FuzzDraft draft) {
		draft.note("a name that is not taken");
		draft.correlation = "";
		draft.request.set("X-Correlation-ID",
				this.luck.any(List.of("", "short", "has space", "<script>", "x".repeat(65), "a%0d%0ab-c-d-e",
						"\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4", "${jndi:ldap://x}")));
	}

	/** To a request that needs none. */
	private void addBody(FuzzDraft draft) {
		if (draft.request.framing == Framing.NONE && !draft.request.method.equals("OPTIONS")
				&& !draft.request.target.startsWith("/auth")) {
			draft.note("a body that nobody reads");
			draft.mayExceed();
			draft.body = this.bodies.spoilt();
			draft.request.body = draft.body.bytes();
			draft.request.framing = this.luck.framing();
		}
	}

	private void spoofIdentity(FuzzDraft draft) {
		draft.note("somebody else's headers");
		draft.request.headers
			.addAll(List.of("X-ClearView-Identity: forged", "X-ClearView-Tier: enterprise", "X-User-Id: admin",
					"Forwarded: for=1.2.3.4", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: gopher",
					"X-Forwarded-Port: x", "X-Forwarded-Prefix: /admin", "Proxy-Connection: close",
					"X-HTTP-Method-Override: PUT", "traceparent: 00-0-0-0", "X-Original-URL: /admin/stats"));
	}

	private void repeatHarmlessly(FuzzDraft draft) {
		draft.note("headers twice");
		draft.request.headers.addAll(List.of("Accept: a/b", "Accept: c/d", "Authorization: Basic x",
				"X-Correlation-ID: second-name", "Cookie: a", "Cookie: b"));
		if (!draft.request.has("Authorization") || draft.request.value("Authorization").startsWith("Basic")) {
			draft.request.remove("Authorization");
		}
		if (draft.correlation.isEmpty()) {
			draft.request.remove("X-Correlation-ID");
		}
	}

	private void pad(FuzzDraft draft) {
		draft.note("padding");
		if (this.luck.nextBoolean()) {
			draft.prefix = "\r\n".repeat(this.luck.nextInt(1, 3));
		}
		else {
			draft.request.add("X-Long", "l".repeat(this.luck.nextInt(1, 8_000)));
		}
	}

	private void fillUp(FuzzDraft draft) {
		if (draft.request.method.equals("POST") && draft.request.has("Content-Type") && this.luck.nextInt(8) == 0) {
			draft.note("a large body");
			draft.json(this.bodies
				.ofSize(this.luck.nextBoolean() ? FuzzBodies.LARGEST : this.luck.nextInt(40_000, 102_400)));
			draft.request.framing = this.luck.framing();
		}
	}

}
