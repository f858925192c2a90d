package io.clearview.gateway;

import java.util.HexFormat;
import java.util.List;

import io.clearview.gateway.FuzzBodies.Body;
import io.clearview.gateway.FuzzInput.Fate;
import io.clearview.gateway.FuzzRequest.Framing;

/** Makes inputs: the same ones for the same luck. */
final class FuzzInputs {

	private final FuzzLuck luck;

	private final List<String> tokens;

	private final String name;

	private final boolean classifier;

	private final FuzzBodies bodies;

	private final FuzzVariations variations;

	private final FuzzSpoilers spoilers;

	private final FuzzEndings endings;

	private final FuzzFaults faults;

	private int count;

	/**
	 * Makes inputs.
	 * @param luck decides about all of them
	 * @param tokens that are valid
	 * @param name of these inputs, at most 40 letters and digits
	 * @param classifier whether there is one, that echoes
	 */
	FuzzInputs(FuzzLuck luck, List<String> tokens, String name, boolean classifier) {
		this.luck = luck;
		this.tokens = tokens;
		this.name = name;
		this.classifier = classifier;
		this.bodies = new FuzzBodies(luck);
		this.variations = new FuzzVariations(luck, this.bodies);
		this.spoilers = new FuzzSpoilers(luck, this.bodies, classifier);
		this.endings = new FuzzEndings(luck, this.bodies);
		this.faults = new FuzzFaults(luck);
	}

	/** One after which the connection goes on. */
	FuzzInput next() {
		FuzzDraft draft = draft();
		int luck = this.luck.nextInt(100);
		if (luck >= 30) {
			this.variations.apply(draft);
		}
		if (luck >= 50) {
			this.spoilers.apply(draft);
		}
		if (luck >= 85) {
			this.spoilers.apply(draft);
			draft.maybe(draft.sound);
		}
		return draft.input(draft.request.bytes(this.luck), this.classifier);
	}

	/** One after which it may be closed, or must be. */
	FuzzInput last() {
		FuzzDraft draft = draft();
		byte[] bytes;
		int luck = this.luck.nextInt(10);
		if (luck < 2) {
			this.endings.apply(draft);
			bytes = draft.request.bytes(this.luck);
		}
		else if (luck < 6) {
			draft.fate = Fate.REFUSED;
			draft.refuse(400);
			bytes = this.faults.refused(draft.request, draft::note);
		}
		else {
			draft.fate = Fate.BROKEN;
			bytes = this.faults.broken(draft.request.bytes(this.luck), draft::note);
		}
		return draft.input(bytes, this.classifier);
	}

	private FuzzDraft draft() {
		int luck = this.luck.nextInt(100);
		if (luck < 10) {
			return draft("GET", "/health", 200);
		}
		if (luck < 18) {
			return signUp();
		}
		if (luck < 32) {
			FuzzDraft draft = draft("GET", "/quota", this.classifier ? 200 : 503);
			draft.request.add("Authorization", this.luck.any(this.tokens));
			return draft;
		}
		if (luck < 38) {
			return preflight();
		}
		if (luck < 40) {
			return administration();
		}
		if (luck < 46) {
			return draft(this.luck.any(List.of("GET", "POST")), this.luck.any(List.of("/", "/nowhere", "/classify/x",
					"/actuator/health", "/%2e%2e/quota", "/favicon.ico", "/classify%2f")), 404);
		}
		FuzzDraft draft = draft("POST", "/classify", 200);
		draft.request.add("Authorization", this.luck.any(this.tokens));
		draft.json(this.bodies.sound());
		draft.request.framing = this.luck.framing();
		return draft;
	}

	private FuzzDraft draft(String method, String target, int sound) {
		return new FuzzDraft(this.luck, this.name + "-" + (this.count++), method, target, sound);
	}

	private FuzzDraft signUp() {
		FuzzDraft draft = draft("POST", "/auth", 201);
		boolean empty = this.luck.nextBoolean();
		draft.json(empty ? new Body("no body", new byte[0], true, false, List.of()) : this.bodies.sound());
		draft.request.framing = (empty && this.luck.nextBoolean()) ? Framing.NONE : this.luck.framing();
		return draft;
	}

	private FuzzDraft preflight() {
		FuzzDraft draft = draft("OPTIONS", this.luck.any(List.of("/classify", "/auth", "/quota", "/nowhere")), 200);
		draft.request.set("Origin", FuzzDraft.EXTENSION);
		draft.request.add("Access-Control-Request-Method", this.luck.any(List.of("GET", "POST")));
		draft.request.add("Access-Control-Request-Headers", "authorization,content-type");
		return draft;
	}

	/** Without a signature, or with one that somebody guessed. */
	private FuzzDraft administration() {
		FuzzDraft draft = draft(this.luck.any(List.of("GET", "POST")),
				this.luck.any(List.of("/admin/stats", "/%61dmin/audit", "/admin")), 401);
		if (this.luck.nextBoolean()) {
			draft.request.add("X-Key-Id", "ops");
			draft.request.add("X-Timestamp", Long.toString(System.currentTimeMillis() / 1000));
			draft.request.add("X-Nonce", "nonce-nonce-nonce-" + this.luck.nextInt(1000));
			draft.request.add("X-Signature", HexFormat.of().toHexDigits(this.luck.nextLong()).repeat(4));
		}
		return draft;
	}

}
