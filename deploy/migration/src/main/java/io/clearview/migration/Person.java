package io.clearview.migration;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import io.clearview.e2e.client.Extension;
import io.clearview.e2e.client.JsonResponse;
import io.clearview.e2e.client.Post;
import io.clearview.migration.Reading.Kind;
import org.jspecify.annotations.Nullable;

/**
 * An installed extension with its token, and what either side has granted it today. Safe
 * for use by several threads.
 */
final class Person {

	/** How long the extension waits before it asks again. */
	private static final List<Duration> WAITS = List.of(Duration.ofSeconds(1), Duration.ofSeconds(2),
			Duration.ofSeconds(4));

	private static final Duration BURST = Duration.ofSeconds(60);

	private final String address;

	private final boolean heavy;

	/** Grants of requests sent in the last 60 s. */
	private final List<Grant> recent = new ArrayList<>();

	private String token;

	private int byOld;

	private int byNew;

	/** What is not compared, because midnight passed. */
	private int forgiven;

	/** Posts of requests that were sent again, and may have been charged before. */
	private int sentAgain;

	private int charged;

	private int mostAtOnce;

	private int requests;

	/**
	 * A user.
	 * @param address of its network
	 * @param token with its {@code Bearer}; empty until it has signed up
	 * @param heavy whether it reads more than its limits allow
	 */
	Person(String address, String token, boolean heavy) {
		this.address = address;
		this.token = token;
		this.heavy = heavy;
	}

	/** Counts a request: 1 for the first. */
	synchronized int nextRequest() {
		return ++this.requests;
	}

	boolean heavy() {
		return this.heavy;
	}

	/** Signs up as a browser of that name does. */
	Reading signUp(Extension front, String browser) {
		Reading reading = ask(Kind.SIGN_UP, List.of(), () -> {
			Extension extension = front.from(this.address);
			return extension.send(extension.request("/auth")
				.header("Content-Type", "application/json")
				.header("User-Agent", browser)
				.POST(java.net.http.HttpRequest.BodyPublishers.noBody()));
		});
		JsonResponse answer = reading.answer();
		synchronized (this) {
			this.token = (answer == null) ? "" : answer.at("/token");
		}
		return reading;
	}

	Reading classify(Extension front, List<Post> posts) {
		Reading reading = ask(Kind.CLASSIFY, posts, () -> front.from(this.address).classify(token(), null, posts));
		count(reading);
		return reading;
	}

	Reading quota(Extension front) {
		return ask(Kind.QUOTA, List.of(), () -> front.from(this.address).quota(token()));
	}

	/**
	 * Sends it again when there is no answer, or one that says that the server failed.
	 */
	private Reading ask(Kind kind, List<Post> posts, Request request) {
		long began = System.nanoTime();
		JsonResponse answer = send(request);
		int tries = 1;
		while ((answer == null || answer.status() >= 500) && tries <= WAITS.size()) {
			LockSupport.parkNanos(WAITS.get(tries - 1).toNanos());
			answer = send(request);
			tries++;
		}
		return new Reading(kind, this, posts, tries, Duration.ofNanos(System.nanoTime() - began), answer);
	}

	private static @Nullable JsonResponse send(Request request) {
		try {
			return request.send();
		}
		catch (IOException _) {
			return null;
		}
	}

	private synchronized void count(Reading reading) {
		long now = System.nanoTime();
		// the limit was applied at some time after that, and before now
		long sent = now - reading.took().toNanos();
		int granted = reading.granted();
		this.sentAgain += (reading.tries() - 1) * reading.posts().size();
		if (reading.side().isNew()) {
			this.byNew += granted;
		}
		else {
			this.byOld += granted;
		}
		this.recent.add(new Grant(sent, granted));
		this.recent.removeIf((grant) -> now - grant.sentNanos() >= BURST.toNanos());
		this.mostAtOnce = Math.max(this.mostAtOnce, this.recent.stream().mapToInt(Grant::posts).sum());
	}

	private synchronized String token() {
		return this.token;
	}

	/**
	 * Asks the new system what it has charged today.
	 * @param until when it must have answered, on {@link System#nanoTime}'s scale
	 */
	void readCharged(Extension gateway, long until) throws IOException {
		JsonResponse answer = gateway.from(this.address).quota(token());
		while (answer.status() >= 500 && System.nanoTime() - until < 0) {
			LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
			answer = gateway.from(this.address).quota(token());
		}
		int used = (answer.status() == 401) ? 0 : answer.body().at("/quota/daily/used").asInt(-1);
		if (used < 0) {
			throw new IOException(
					"the new system does not say what is charged: " + answer.status() + " " + answer.body());
		}
		synchronized (this) {
			this.charged = used;
		}
	}

	/** Takes what is charged for right, from now on. */
	synchronized void forgive() {
		this.forgiven = this.byOld + this.byNew - this.charged;
	}

	synchronized int byOld() {
		return this.byOld;
	}

	synchronized int byNew() {
		return this.byNew;
	}

	synchronized int granted() {
		return this.byOld + this.byNew;
	}

	/** Posts granted and not charged. */
	synchronized int uncharged() {
		return Math.max(0, this.byOld + this.byNew - this.charged - this.forgiven);
	}

	/** Posts charged and not granted. */
	synchronized int overcharged() {
		return Math.max(0, this.charged + this.forgiven - this.byOld - this.byNew - this.sentAgain);
	}

	/** The most posts that were granted within 60 s for certain. */
	synchronized int mostAtOnce() {
		return this.mostAtOnce;
	}

	/** A request that is sent again as it is. */
	@FunctionalInterface
	private interface Request {

		JsonResponse send() throws IOException;

	}

	private record Grant(long sentNanos, int posts) {
	}

}
