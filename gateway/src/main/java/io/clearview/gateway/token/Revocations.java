package io.clearview.gateway.token;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The whole list of revoked accounts, as last read from redis-state; it holds while
 * redis-state is unavailable. Bounded by the script that writes it.
 */
final class Revocations {

	/** How many there may be; the script rejects more. */
	static final int MOST = 100_000;

	/** By account: until when it has to be kept, in ms; then its token has expired. */
	private volatile Map<String, Long> users = new ConcurrentHashMap<>();

	boolean contains(String user) {
		return this.users.containsKey(user);
	}

	synchronized void add(String user, Instant expires) {
		this.users.putIfAbsent(user, expires.toEpochMilli());
	}

	/**
	 * Adds the list that was read. What was known before stays, because a revocation is
	 * never taken back: the list may be older than a message, or Redis may have lost what
	 * it had. Only what has expired is dropped, and what would exceed twice
	 * {@link #MOST}, with the old list.
	 * @return what was known before, is not on the list and has not expired
	 */
	synchronized List<Revocation> merge(List<Revocation> list, Instant now) {
		Map<String, Long> missing = new ConcurrentHashMap<>(this.users);
		list.forEach((revocation) -> missing.remove(revocation.user()));
		missing.values().removeIf((expires) -> expires <= now.toEpochMilli());
		Map<String, Long> next = new ConcurrentHashMap<>();
		list.forEach((revocation) -> next.put(revocation.user(), revocation.expires().toEpochMilli()));
		if (missing.size() + next.size() <= 2 * MOST) {
			next.putAll(missing);
		}
		this.users = next;
		List<Revocation> lost = new ArrayList<>();
		missing.forEach((user, expires) -> lost.add(new Revocation(user, Instant.ofEpochMilli(expires))));
		return lost;
	}

	int size() {
		return this.users.size();
	}

	/**
	 * A revoked account.
	 *
	 * @param user its ID
	 * @param expires when its token expires; from then on the revocation is not needed
	 */
	record Revocation(String user, Instant expires) {
	}

}
