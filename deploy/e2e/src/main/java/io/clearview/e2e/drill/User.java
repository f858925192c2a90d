package io.clearview.e2e.drill;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import io.clearview.e2e.client.Answer;
import io.clearview.e2e.client.Extension;
import io.clearview.e2e.client.Post;

/** One account on one device, which counts what it must have been charged. */
final class User {

	private static final int ATTEMPTS = 40;

	private final String address;

	private final String token;

	/** Posts that were answered judged. */
	private int charged;

	/**
	 * Posts whose judging nobody waited for, and which may have been judged all the same.
	 */
	private int unknown;

	User(String address, String token) {
		this.address = address;
		this.token = token;
	}

	String address() {
		return this.address;
	}

	String token() {
		return this.token;
	}

	Answer classify(Extension gateway, List<Post> posts) throws IOException {
		return gateway.from(this.address).classify(this.token, null, posts);
	}

	/** What the system says it used today. Asks again while it does not say. */
	int used(Extension gateway) throws IOException {
		Answer answer = gateway.from(this.address).quota(this.token);
		for (int attempt = 0; attempt < ATTEMPTS && answer.status() != 200; attempt++) {
			LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
			answer = gateway.from(this.address).quota(this.token);
		}
		if (answer.status() != 200) {
			throw new IOException("expected a quota, got " + answer.status() + " " + answer.body());
		}
		return answer.body().at("/quota/daily/used").asInt();
	}

	synchronized void count(Observation observation) {
		if (observation.lost()) {
			this.unknown += observation.posts().size();
		}
		else {
			this.charged += observation.judged();
			this.unknown += observation.givenUp();
		}
	}

	/** Takes what the system says for granted, from now on. */
	synchronized void settle(int used) {
		this.charged = used;
		this.unknown = 0;
	}

	/** How far what the system says is from what it may be: too little is negative. */
	synchronized int deviation(int used) {
		if (used < this.charged) {
			return used - this.charged;
		}
		return Math.max(0, used - this.charged - this.unknown);
	}

}
