package io.clearview.e2e.drill;

import java.io.IOException;
import java.util.List;

import io.clearview.e2e.client.Extension;
import io.clearview.e2e.client.JsonResponse;
import io.clearview.e2e.client.Post;
import io.clearview.e2e.drill.Ledger.Balance;

/** One account on one device, which counts what it must have been charged. */
final class User {

	private final String address;

	private final String id;

	private final String token;

	/** What redis-state said at the last settling. */
	private int settled;

	/** Posts that were answered judged since then. */
	private int answered;

	/**
	 * Posts since then whose judging nobody waited for, and which may have been judged
	 * all the same.
	 */
	private int givenUp;

	/**
	 * A user.
	 * @param address of its network
	 * @param id of its account
	 * @param token with its {@code Bearer}
	 */
	User(String address, String id, String token) {
		this.address = address;
		this.id = id;
		this.token = token;
	}

	String id() {
		return this.id;
	}

	JsonResponse classify(Extension gateway, List<Post> posts) throws IOException {
		return gateway.from(this.address).classify(this.token, null, posts);
	}

	JsonResponse quota(Extension gateway) throws IOException {
		return gateway.from(this.address).quota(this.token);
	}

	synchronized void count(Observation observation) {
		this.answered += observation.charged();
		this.givenUp += observation.lost() ? observation.posts().size() : observation.givenUp();
	}

	/** Takes what redis-state says for granted, from now on. */
	synchronized void settle(int used) {
		this.settled = used;
		this.answered = 0;
		this.givenUp = 0;
	}

	/** What the user was charged at the last settling. */
	synchronized int settled() {
		return this.settled;
	}

	/**
	 * Compares what redis-state says with what it may be.
	 * @param uncounted posts that may be missing
	 */
	synchronized Balance balance(int used, int uncounted) {
		int besides = used - this.settled - this.answered;
		int allowed = Math.clamp(besides, -uncounted, this.givenUp);
		return new Balance(this.answered, Math.max(allowed, 0), Math.abs(besides - allowed));
	}

}
