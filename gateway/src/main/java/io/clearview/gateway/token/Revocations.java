package io.clearview.gateway.token;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The whole list of revoked accounts, as last read from redis-state; it holds while
 * redis-state is out. Bounded by the script that writes it.
 */
final class Revocations {

	/** How many there may be; the script refuses more. */
	static final int MOST = 100_000;

	private volatile Set<String> users = ConcurrentHashMap.newKeySet();

	boolean contains(String user) {
		return this.users.contains(user);
	}

	synchronized void add(String user) {
		this.users.add(user);
	}

	/**
	 * Adds the list that was read. What was known before stays, because a revocation is
	 * never taken back: the list may be older than a message, or Redis may have lost what
	 * it had. Only what would exceed twice {@link #MOST} is dropped, with the old list.
	 */
	synchronized void merge(Collection<String> list) {
		if (this.users.size() + list.size() <= 2 * MOST) {
			this.users.addAll(list);
			return;
		}
		Set<String> next = ConcurrentHashMap.newKeySet(list.size());
		next.addAll(list);
		this.users = next;
	}

	int size() {
		return this.users.size();
	}

}
