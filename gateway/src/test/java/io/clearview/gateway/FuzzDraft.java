package io.clearview.gateway;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.clearview.gateway.FuzzBodies.Body;
import io.clearview.gateway.FuzzInput.Fate;
import io.clearview.gateway.testing.EchoingClassifier;
import org.jspecify.annotations.Nullable;

/** An input in the making, and what is known of its answer. */
final class FuzzDraft {

	static final String EXTENSION = "chrome-extension://abcdefghijklmnopabcdefghijklmnop";

	final FuzzRequest request;

	final int sound;

	private final String made;

	private final Set<Integer> refusals = new HashSet<>();

	private final Set<Integer> possible = new HashSet<>();

	private final StringBuilder what = new StringBuilder();

	Body body = new Body("none", new byte[0], true, false, List.of());

	Fate fate = Fate.ANSWERED;

	String correlation = "";

	String prefix = "";

	boolean bodiless;

	boolean echoed;

	private boolean anything;

	/**
	 * Begins.
	 * @param luck that chooses what does not matter
	 * @param name it may be given
	 * @param method and
	 * @param target it has at first
	 * @param sound the status of its answer as long as it is not spoilt
	 */
	FuzzDraft(FuzzLuck luck, String name, String method, String target, int sound) {
		this.request = new FuzzRequest(method, target);
		this.sound = sound;
		this.made = method + " " + target;
		this.echoed = is("POST /classify");
		this.request.add("Host", "gateway");
		this.request.add("X-Forwarded-For", "10.0.0." + luck.nextInt(200));
		if (luck.nextBoolean()) {
			this.correlation = name;
			this.request.add("X-Correlation-ID", this.correlation);
		}
		if (luck.nextInt(3) == 0) {
			this.request.add("Origin", EXTENSION);
		}
	}

	/** Whether it was made as that, whatever became of it. */
	boolean is(String methodAndPath) {
		return this.made.equals(methodAndPath);
	}

	void json(Body json) {
		this.body = json;
		this.request.body = json.bytes();
		this.request.set("Content-Type", "application/json");
	}

	void note(String note) {
		this.what.append(this.what.isEmpty() ? "" : ", ").append(note);
	}

	/** It must be refused, with one of these. */
	void refuse(int... statuses) {
		Arrays.stream(statuses).forEach(this.refusals::add);
	}

	/** It may be answered with one of these. */
	void maybe(int... statuses) {
		Arrays.stream(statuses).forEach(this.possible::add);
	}

	/** Nobody can say what it is answered. */
	void anything() {
		this.anything = true;
	}

	/** The body may be larger than an operator's. */
	void mayExceed() {
		if (this.sound == 401) {
			maybe(413);
		}
	}

	void judge(@Nullable Boolean fine) {
		if (fine == null) {
			maybe(400);
		}
		else if (!fine) {
			refuse(400);
		}
	}

	/**
	 * Ends.
	 * @param bytes to send
	 * @param classifier whether there is one, that echoes
	 */
	FuzzInput input(byte[] bytes, boolean classifier) {
		Set<Integer> statuses = new HashSet<>(this.possible);
		statuses.addAll(this.refusals.isEmpty() ? Set.of(this.sound) : this.refusals);
		if (this.anything || this.fate == Fate.BROKEN) {
			statuses.clear();
		}
		byte[] all = bytes;
		if (!this.prefix.isEmpty()) {
			all = Arrays.copyOf(FuzzRequest.latin(this.prefix), this.prefix.length() + bytes.length);
			System.arraycopy(bytes, 0, all, this.prefix.length(), bytes.length);
		}
		return new FuzzInput(this.what.isEmpty() ? "sound" : this.what.toString(), all, this.fate, this.bodiless,
				statuses, (this.fate.compareTo(Fate.REFUSED) < 0) ? this.correlation : "", echo(classifier));
	}

	private String echo(boolean classifier) {
		if (!this.echoed || this.fate == Fate.BROKEN || !this.request.method.equals("POST")) {
			return "";
		}
		return classifier ? EchoingClassifier.echo(this.request.body) : String.join(",", this.body.hashes());
	}

}
