package io.clearview.e2e.drill;

import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;

/**
 * What redis-state says that users were charged today, compared post by post with what
 * they were answered.
 */
final class Ledger implements AutoCloseable {

	/** Counts kept by instances while redis-state was out arrive within seconds. */
	private static final Duration TIMEOUT = Duration.ofSeconds(15);

	private static final Duration PAUSE = Duration.ofMillis(250);

	private final RedisClient client;

	private LocalDate day = today();

	Ledger(String url) {
		RedisURI uri = RedisURI.create(url);
		uri.setTimeout(Duration.ofSeconds(5));
		this.client = RedisClient.create(uri);
	}

	/**
	 * Compares every account with what its user saw, and takes what redis-state says for
	 * granted from then on. Nobody may be sending anything meanwhile.
	 * @param uncounted posts that may be missing from each account
	 */
	Balance balance(List<User> users, int uncounted) throws IOException {
		long end = System.nanoTime() + TIMEOUT.toNanos();
		List<Integer> used = used(users);
		while (Balance.of(users, used, 0).off() > 0 && System.nanoTime() < end) {
			LockSupport.parkNanos(PAUSE.toNanos());
			used = used(users);
		}
		Balance balance = Balance.of(users, used, uncounted);
		if (!this.day.equals(today())) {
			// counts began anew at midnight, and so do ours
			this.day = today();
			balance = Balance.EVEN;
		}
		settle(users, used);
		return balance;
	}

	/** Takes what redis-state says for granted. */
	void settle(List<User> users) throws IOException {
		settle(users, used(users));
	}

	private static void settle(List<User> users, List<Integer> used) {
		for (int i = 0; i < users.size(); i++) {
			users.get(i).settle(used.get(i));
		}
	}

	private List<Integer> used(List<User> users) throws IOException {
		List<Integer> used = new ArrayList<>();
		try (StatefulRedisConnection<String, String> connection = this.client.connect()) {
			RedisCommands<String, String> redis = connection.sync();
			String today = Long.toString(today().toEpochDay());
			for (User user : users) {
				List<KeyValue<String, String>> day = redis.hmget("quota:{" + user.id() + "}:day", "d", "n");
				boolean counted = day.getFirst().getValueOrElse("").equals(today);
				used.add(counted ? Integer.parseInt(day.getLast().getValueOrElse("0")) : 0);
			}
		}
		catch (RedisException ex) {
			throw new IOException("redis-state does not say what was charged: " + ex.getMessage(), ex);
		}
		return used;
	}

	private static LocalDate today() {
		return LocalDate.now(ZoneOffset.UTC);
	}

	@Override
	public void close() {
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
	}

	/**
	 * How accounts compare with answers, all users added.
	 *
	 * @param answered posts that users were answered judged
	 * @param unseen posts charged besides, whose requests nobody waited for to the end
	 * @param off posts that are charged and must not be, or are not and must be
	 */
	record Balance(int answered, int unseen, int off) {

		static final Balance EVEN = new Balance(0, 0, 0);

		static Balance of(List<User> users, List<Integer> used, int uncounted) {
			Balance all = EVEN;
			for (int i = 0; i < users.size(); i++) {
				Balance one = users.get(i).balance(used.get(i), uncounted);
				all = new Balance(all.answered + one.answered, all.unseen + one.unseen, all.off + one.off);
			}
			return all;
		}

	}

}
