package io.clearview.classifier.quota;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.quota.Reservation.Bound;
import io.clearview.classifier.redis.LuaScript;
import io.clearview.classifier.redis.Redis;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.codec.Base16;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The fleet's counts, in redis-state, each change one script. The only class that writes
 * {@code quota:{<user>}:*}. Errors when Redis is out.
 */
final class SharedQuota {

	private static final int OWN = 5;

	/** How long a pending post can be asked for again without a second charge. */
	private static final Duration TAKEN = Duration.ofMinutes(10);

	private static final int MOST_TAKEN = 10_000;

	private static final Duration LATE = Duration.ofMinutes(10);

	private static final LuaScript RESERVE = script("reserve");

	private static final LuaScript GIVE_BACK = script("give_back");

	private static final LuaScript ADD = script("add");

	private static final LuaScript TAKE = script("take");

	private static final LuaScript READ = script("read");

	private static final LuaScript RESET = script("reset");

	private final Redis redis;

	private final QuotaProperties properties;

	private final Supplier<String> pinned;

	/**
	 * @param redis redis-state
	 * @param properties limits and lifetimes
	 * @param pinned the time in milliseconds for tests, or an empty string for Redis's
	 * own
	 */
	SharedQuota(Redis redis, QuotaProperties properties, Supplier<String> pinned) {
		this.redis = redis;
		this.properties = properties;
		this.pinned = pinned;
	}

	Mono<Reservation> reserve(String id, Caller caller, int posts, @Nullable String idempotencyKey) {
		return reserve(id, caller, posts, List.of(), idempotencyKey);
	}

	/**
	 * Charges posts.
	 * @param names of the posts, in their order, without commas; or none, and then all
	 * are charged
	 */
	Mono<Reservation> reserve(String id, Caller caller, int posts, List<String> names,
			@Nullable String idempotencyKey) {
		Limits limits = this.properties.limits(caller.tier());
		return this.redis.<List<Object>>run(RESERVE, keys(caller.userId(), id, idempotencyKey), this.pinned.get(),
				Integer.toString(limits.daily()), Integer.toString(limits.burst()), Integer.toString(posts),
				millis(this.properties.reservation()), millis(this.properties.idempotency()), String.join(",", names))
			.map((reply) -> new Reservation(id, caller.userId(), caller.tier(), (int) number(reply, OWN),
					Bound.values()[(int) number(reply, OWN + 1)], usage(limits, reply), idempotencyKey, false,
					(String) reply.get(OWN + 2)));
	}

	/** Remembers posts that are charged and still being judged. */
	Mono<Void> take(String userId, List<String> names) {
		return this.redis
			.<List<Object>>run(TAKE, List.of(key(userId, "taken")), this.pinned.get(), millis(TAKEN),
					Integer.toString(MOST_TAKEN), String.join(",", names))
			.then();
	}

	/** Forgets such posts, because they were not judged. */
	Mono<Void> drop(String userId, List<String> names) {
		return this.redis.run((redis) -> redis.zrem(key(userId, "taken"), names.toArray(String[]::new))).then();
	}

	Mono<GivenBack> giveBack(String userId, Limits limits, Refund refund) {
		return this.redis
			.<List<Object>>run(GIVE_BACK, keys(userId, refund.reservation(), refund.idempotencyKey()),
					this.pinned.get(), Integer.toString(refund.posts()), millis(LATE))
			.map((reply) -> new GivenBack((int) number(reply, OWN), usage(limits, reply)));
	}

	/** Charges what was granted while Redis was out. */
	Mono<Usage> add(String userId, Limits limits, Settlement settlement) {
		return this.redis
			.<List<Object>>run(ADD, keys(userId, settlement.id(), null), this.pinned.get(),
					Long.toString(settlement.day()), Long.toString(settlement.known()),
					Long.toString(settlement.daily()), Long.toString(settlement.burst()), millis(LATE))
			.map((reply) -> usage(limits, reply));
	}

	Mono<Usage> read(String userId, Limits limits) {
		return this.redis.<List<Object>>run(READ, List.of(key(userId, "day"), key(userId, "burst")), this.pinned.get())
			.map((reply) -> usage(limits, reply));
	}

	/** Forgets what is charged. */
	Mono<Void> reset(String userId) {
		return this.redis.<List<Object>>run(RESET, List.of(key(userId, "day"), key(userId, "burst")), this.pinned.get())
			.then();
	}

	private static List<String> keys(String userId, String reservation, @Nullable String idempotencyKey) {
		String day = key(userId, "day");
		String burst = key(userId, "burst");
		String reserved = key(userId, "r:" + reservation);
		String taken = key(userId, "taken");
		return (idempotencyKey != null) ? List.of(day, burst, reserved, taken, key(userId, "i:" + idempotencyKey))
				: List.of(day, burst, reserved, taken);
	}

	private static String key(String userId, String what) {
		return "quota:{" + userId + "}:" + what;
	}

	private static Usage usage(Limits limits, List<Object> reply) {
		return new Usage(limits, number(reply, 0), number(reply, 1), number(reply, 2), number(reply, 3),
				number(reply, 4));
	}

	private static long number(List<Object> reply, int index) {
		return (Long) reply.get(index);
	}

	private static String millis(Duration duration) {
		return Long.toString(duration.toMillis());
	}

	private static LuaScript script(String name) {
		String text = load("window") + load(name);
		return new LuaScript(text, Base16.digest(text.getBytes(StandardCharsets.UTF_8)), ScriptOutputType.MULTI);
	}

	private static String load(String name) {
		return LuaScript.load("lua/quota/" + name + ".lua", ScriptOutputType.MULTI).text();
	}

	/**
	 * Posts that go back to a user.
	 *
	 * @param reservation that charged them
	 * @param posts at most so many
	 * @param idempotencyKey that they were charged under
	 */
	record Refund(String reservation, int posts, @Nullable String idempotencyKey) {
	}

	/**
	 * What came of a refund.
	 *
	 * @param posts that went back
	 * @param usage after it
	 */
	record GivenBack(int posts, Usage usage) {
	}

	/**
	 * What a user was granted while Redis was out.
	 *
	 * @param id by which Redis knows whether it has charged it
	 * @param day UTC day of it, counted from 1970-01-01
	 * @param known posts that were charged on that day before
	 * @param daily posts granted on that day
	 * @param burst those of them in the last 60 seconds
	 */
	record Settlement(String id, long day, long known, long daily, long burst) {
	}

}
