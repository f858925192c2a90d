package io.clearview.gateway;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import io.clearview.gateway.FuzzInput.Fate;
import io.clearview.gateway.FuzzRequest.Framing;

/** What makes a request the last of its connection, or perhaps. */
final class FuzzEndings {

	/** Of other methods a body is dropped unread. */
	private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH", "DELETE");

	private final FuzzLuck luck;

	private final FuzzBodies bodies;

	private final List<Consumer<FuzzDraft>> all = List.of(this::close, this::speakOldHttp, this::exceed, this::upgrade,
			this::expect, this::connect, this::misspellTarget);

	FuzzEndings(FuzzLuck luck, FuzzBodies bodies) {
		this.luck = luck;
		this.bodies = bodies;
	}

	/** Does one of them to a request. */
	void apply(FuzzDraft draft) {
		this.luck.any(this.all).accept(draft);
	}

	private void close(FuzzDraft draft) {
		draft.note("Connection: close");
		draft.request.add("Connection", this.luck.any(List.of("close", "Close", "keep-alive, close")));
		draft.fate = Fate.LAST;
	}

	private void speakOldHttp(FuzzDraft draft) {
		draft.note("HTTP/1.0");
		draft.request.version = "HTTP/1.0";
		draft.fate = Fate.LAST;
		if (draft.request.framing == Framing.CHUNKED) {
			draft.refuse(400);
			draft.fate = Fate.REFUSED;
		}
		else if (this.luck.nextBoolean()) {
			draft.request.add("Connection", "keep-alive");
		}
		if (this.luck.nextBoolean()) {
			draft.request.remove("Host");
		}
	}

	private void exceed(FuzzDraft draft) {
		draft.note("too large");
		draft.body = this.bodies.ofSize(FuzzBodies.LARGEST + this.luck.nextInt(1, 40_000));
		draft.request.body = draft.body.bytes();
		draft.request.framing = this.luck.framing();
		draft.fate = Fate.LAST;
		if (draft.is("POST /auth") || draft.is("POST /classify")) {
			draft.refuse(413);
		}
		else if (draft.sound == 401 && WITH_BODY.contains(draft.request.method)) {
			// an operator's body is read only if the headers name a key
			draft.maybe(413);
		}
	}

	private void upgrade(FuzzDraft draft) {
		draft.note("upgrade");
		draft.request.headers.addAll(this.luck.any(List.of(
				List.of("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c",
						"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"),
				List.of("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
						"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="),
				List.of("Connection: Upgrade", "Upgrade: TLS/1.0"))));
		draft.fate = Fate.LAST;
	}

	private void expect(FuzzDraft draft) {
		draft.note("Expect");
		draft.request.add("Expect", this.luck.any(List.of("100-continue", "100-Continue", "x", "200-ok", "")));
		draft.maybe(400, 417);
		draft.fate = Fate.LAST;
	}

	private void misspellTarget(FuzzDraft draft) {
		draft.note("no target");
		draft.request.target = this.luck.any(List.of("*", "classify", "gateway/classify", "https://gateway:99999/quota",
				"?", "#", "/classify#x", "/quota\\x", "/\u00e4", "/quota?a=[|]{}", "/quota?%", "/quota?%zz", "/%",
				"/%z", "/%2", "/a|b", "/a\"b", "/<x>", "/^", "://", "/[", "mailto:x", "http:/", "http://",
				"http://[::1", "urn:x:y", "/quota?a=b#c", "/~" + this.luck.token(20)));
		draft.anything();
		draft.echoed = false;
		// a refusal of the server's own has a name of its own
		draft.correlation = "";
		draft.fate = Fate.LAST;
	}

	private void connect(FuzzDraft draft) {
		draft.note("CONNECT");
		draft.request.method = "CONNECT";
		draft.request.target = this.luck.any(List.of("gateway:80", "/quota", "*", "169.254.169.254:80"));
		draft.anything();
		draft.correlation = "";
		draft.fate = Fate.LAST;
	}

}
