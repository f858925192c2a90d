package io.clearview.classifier.quota;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.quota.Reservation.Bound;
import io.clearview.classifier.telemetry.LogFields;
import io.clearview.kit.redis.LuaScript;
import io.clearview.kit.redis.Redis;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.codec.Base16;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The fleet's counts, in redis-state, each change one script. The only class that writes
 * {@code quota:{<user>}:*}. Errors when Redis is out.
 */
final class SharedQuota {

	private static final Logger log = LoggerFactory.getLogger(SharedQuota.class);

	private static final int OWN = 5;

	/** How long a pending post can be asked for again without a second charge. */
	static final Duration TAKEN = Duration.ofMinutes(10);

	private static final int MOST_TAKEN = 10_000;

	/** How long it is remembered that a change was made, so that it is made once. */
	static final Duration LATE = Duration.ofMinutes(10);

	private static final LuaScript RESERVE = script("reserve");

	private static final LuaScript GIVE_BACK = script("give_back");

	private static final LuaScript ADD = script("add");

	private static final LuaScript PAY = script("pay");

	private static final LuaScript UNPAY = script("unpay");

	private static final LuaScript TAKE = script("take");

	private static final LuaScript READ = script("read");

	private static final LuaScript RESTORE = script("restore");

	private static final LuaScript EPOCH = LuaScript.load("lua/epoch.lua", ScriptOutputType.VALUE);

	private static final String EPOCH_KEY = "quota:epoch";

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

	Mono<Reservation> reserve(String id, Caller caller, int posts, List<String> names,
			@Nullable String idempotencyKey) {
		return reserve(id, caller, posts, names, idempotencyKey, false);
	}

	/**
	 * Charges posts.
	 * @param names of the posts, in their order, without commas; or none, and then all
	 * are charged
	 * @param ifRestored whether to charge nothing, and be empty, where the account was
	 * not {@link #restore}d today
	 */
	Mono<Reservation> reserve(String id, Caller caller, int posts, List<String> names, @Nullable String idempotencyKey,
			boolean ifRestored) {
		Limits limits = this.properties.limits(caller.tier());
		return run(RESERVE, caller.userId(), keys(caller.userId(), id, idempotencyKey), this.pinned.get(),
				Integer.toString(limits.daily()), Integer.toString(limits.burst()), Integer.toString(posts),
				millis(this.properties.reservation()), millis(this.properties.idempotency()), String.join(",", names),
				ifRestored ? "1" : "0")
			.filter((reply) -> number(reply, OWN) >= 0)
			.map((reply) -> new Reservation(id, caller.userId(), caller.tier(), (int) number(reply, OWN),
					Bound.values()[(int) number(reply, OWN + 1)], usage(limits, reply), idempotencyKey, false,
					(String) reply.get(OWN + 2)));
	}

	/** Remembers posts that are charged and still being judged. */
	Mono<Void> take(String userId, List<String> names) {
		return run(TAKE, userId, List.of(account(userId), key(userId, "taken")), this.pinned.get(), millis(TAKEN),
				Integer.toString(MOST_TAKEN), String.join(",", names))
			.then();
	}

	/** Forgets such posts, because they were not judged. */
	Mono<Void> drop(String userId, List<String> names) {
		return this.redis.run((redis) -> redis.zrem(key(userId, "taken"), names.toArray(String[]::new))).then();
	}

	/**
	 * Gives back posts of a reservation.
	 * @param chargedOn UTC day on which they were charged, counted from 1970-01-01, where
	 * it is certain that they were charged and not given back; null where it is not, and
	 * then nothing is given back if Redis has no record of the reservation
	 */
	Mono<GivenBack> giveBack(String userId, Limits limits, Refund refund, @Nullable Long chargedOn) {
		return run(GIVE_BACK, userId, keys(userId, refund.reservation(), refund.idempotencyKey()), this.pinned.get(),
				Integer.toString(refund.posts()), millis(LATE), (chargedOn != null) ? chargedOn.toString() : "")
			.map((reply) -> new GivenBack((int) number(reply, OWN), number(reply, OWN + 1) == 0, usage(limits, reply)));
	}

	/**
	 * Records what was granted, or given back, under an idempotency key while Redis was
	 * out.
	 * @param left how long the key is remembered from now on; positive
	 */
	Mono<Void> pay(String userId, Payment payment, Duration left) {
		String paid = key(userId, "r:" + payment.reservation() + ":paid");
		String idempotency = key(userId, "i:" + payment.idempotencyKey());
		return switch (payment) {
			case Paid granted -> run(PAY, userId, List.of(account(userId), paid, idempotency), this.pinned.get(),
					Integer.toString(granted.granted()), Integer.toString(granted.charged()), millis(left),
					millis(LATE), Long.toString(granted.day()))
				.then();
			case Unpaid back -> run(UNPAY, userId,
					List.of(account(userId), key(userId, "r:" + back.reservation() + ":unpaid"), paid, idempotency),
					this.pinned.get(), Integer.toString(back.posts()), millis(LATE), Long.toString(back.day()))
				.then();
		};
	}

	/** Charges what was granted while Redis was out. */
	Mono<Usage> add(String userId, Limits limits, Settlement settlement) {
		return run(ADD, userId, List.of(account(userId), key(userId, "r:" + settlement.id())), this.pinned.get(),
				Long.toString(settlement.day()), Long.toString(settlement.daily()), Long.toString(settlement.burst()),
				millis(LATE), Long.toString(settlement.lost()))
			.map((reply) -> usage(limits, reply));
	}

	/**
	 * Charges what was charged before redis-state lost its data, unless it is charged
	 * already, and notes that the account was restored.
	 * @param day UTC day on which it was, counted from 1970-01-01
	 * @param posts so many; 0 if none were charged
	 */
	Mono<Void> restore(String userId, long day, long posts) {
		return run(RESTORE, userId, List.of(account(userId)), this.pinned.get(), Long.toString(day),
				Long.toString(posts))
			.then();
	}

	/**
	 * The name of the life of redis-state's data. It differs from an earlier one if the
	 * data was lost in between. Ends with {@code @} and when it began, in ms; names that
	 * earlier versions gave do not.
	 * @param now the moment, in ms
	 */
	Mono<String> epoch(long now) {
		return this.redis.run(EPOCH, List.of(EPOCH_KEY),
				Long.toString(ThreadLocalRandom.current().nextLong(), Character.MAX_RADIX) + "@" + now);
	}

	Mono<Usage> read(String userId, Limits limits) {
		return read(userId, limits, false);
	}

	/** Empty where the account was not {@link #restore}d today, if it must be. */
	Mono<Usage> read(String userId, Limits limits, boolean ifRestored) {
		return run(READ, userId, List.of(account(userId)), this.pinned.get())
			.filter((reply) -> !ifRestored || number(reply, OWN) == 1)
			.map((reply) -> usage(limits, reply));
	}

	/** Forgets what is charged. */
	Mono<Void> reset(String userId) {
		return this.redis.run((redis) -> redis.del(account(userId))).then();
	}

	/**
	 * Runs a script. A key of the user that holds something else than it should, which
	 * nothing of this service can write, is deleted, and the script runs again: that user
	 * starts anew instead of being counted locally for ever.
	 */
	private Mono<List<Object>> run(LuaScript script, String userId, List<String> keys, String... args) {
		Mono<List<Object>> run = this.redis.run(script, keys, args);
		return run.onErrorResume(SharedQuota::isWrongType, (_) -> {
			log.atWarn()
				.addKeyValue(LogFields.USER_ID, userId)
				.log("The quota keys of a user have the wrong type; they are deleted");
			return this.redis.run((redis) -> redis.del(keys.toArray(String[]::new))).then(run);
		});
	}

	/** Redis 7 names the error first; older ones name it inside a script's error. */
	private static boolean isWrongType(Throwable fault) {
		for (Throwable each = fault; each != null; each = each.getCause()) {
			if (each instanceof RedisCommandExecutionException
					&& String.valueOf(each.getMessage()).contains("WRONGTYPE")) {
				return true;
			}
		}
		return false;
	}

	private static List<String> keys(String userId, String reservation, @Nullable String idempotencyKey) {
		String account = account(userId);
		String reserved = key(userId, "r:" + reservation);
		String taken = key(userId, "taken");
		return (idempotencyKey != null) ? List.of(account, reserved, taken, key(userId, "i:" + idempotencyKey))
				: List.of(account, reserved, taken);
	}

	private static String account(String userId) {
		return key(userId, "day");
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

	/** A change of what is paid under an idempotency key, made while Redis was out. */
	sealed interface Payment {

		/** Under which the posts were granted. */
		String reservation();

		/** Of the request. */
		String idempotencyKey();

		/** UTC day on which the posts were granted, counted from 1970-01-01. */
		long day();

		/** When the key is forgotten, in ms since 1970. */
		long until();

	}

	/**
	 * Posts were granted.
	 *
	 * @param granted from the first post on
	 * @param charged those of them that were charged by this reservation
	 */
	record Paid(String reservation, String idempotencyKey, int granted, int charged, long day,
			long until) implements Payment {
	}

	/**
	 * Posts that were granted were given back.
	 *
	 * @param posts so many
	 */
	record Unpaid(String reservation, String idempotencyKey, int posts, long day, long until) implements Payment {
	}

	/**
	 * What came of a refund.
	 *
	 * @param posts that went back
	 * @param recorded whether Redis had a record of the reservation
	 * @param usage after it
	 */
	record GivenBack(int posts, boolean recorded, Usage usage) {
	}

	/**
	 * What a user was granted while Redis was out.
	 *
	 * @param id by which Redis knows whether it has charged it
	 * @param day UTC day of it, counted from 1970-01-01
	 * @param daily posts granted on that day
	 * @param burst those of them in the last 60 seconds
	 * @param lost posts that were charged on that day before, where Redis lost its data
	 * since; 0 where it did not
	 */
	record Settlement(String id, long day, long daily, long burst, long lost) {

		/** Whether there is nothing to charge. */
		boolean isEmpty() {
			return this.daily == 0 && this.burst == 0 && this.lost == 0;
		}

	}

}
