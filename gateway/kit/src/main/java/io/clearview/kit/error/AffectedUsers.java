package io.clearview.kit.error;

import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import io.clearview.kit.redis.LuaScript;
import io.clearview.kit.redis.Redis;
import io.lettuce.core.ScriptOutputType;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Counts the distinct users of the whole fleet who met each error today, in one
 * HyperLogLog a code and day. The only class that writes {@code errors:{<code>}:<day>}. A
 * request adds its user to a bounded set; {@link #flush()} sends the sets to Redis every
 * few seconds. What does not fit or cannot be sent is not counted. Redis keeps no user,
 * only what the estimate needs.
 */
public final class AffectedUsers {

	/** Counted like an error's code: the request failed open. */
	public static final String FAILED_OPEN = "FAILED_OPEN";

	/**
	 * Gauge of distinct users who met an error today, within 1 %. Label: {@code code}.
	 */
	public static final String METRIC = "clearview.errors.users";

	private static final Duration LIFETIME = Duration.ofDays(2);

	private static final int MOST_WAITING = 2_000;

	private static final LuaScript SCRIPT = LuaScript.load("lua/error_users.lua", ScriptOutputType.INTEGER);

	private final Map<String, Code> codes = new TreeMap<>();

	private final Redis redis;

	private final Clock clock;

	/**
	 * Registers a gauge for each code.
	 * @param codes of errors; {@link #FAILED_OPEN} is added
	 */
	public AffectedUsers(Redis redis, Collection<String> codes, Clock clock, MeterRegistry meters) {
		this.redis = redis;
		this.clock = clock;
		codes.forEach((code) -> this.codes.put(code, new Code(code)));
		this.codes.put(FAILED_OPEN, new Code(FAILED_OPEN));
		this.codes.values()
			.forEach((code) -> Gauge.builder(METRIC, code.count, AtomicLong::get)
				.tag("code", code.name)
				.register(meters));
	}

	/**
	 * Adds a user who met an error. Never waits, never fails.
	 * @param code one of those given, or {@link #FAILED_OPEN}; others are ignored
	 * @param user the user's ID; null when it is unknown
	 */
	public void add(String code, @Nullable String user) {
		Code known = this.codes.get(code);
		if (known != null && user != null && known.waiting.size() < MOST_WAITING) {
			known.waiting.add(user);
		}
	}

	/** Sends what waits, and reads the numbers of the fleet. Never errors. */
	public Mono<Void> flush() {
		if (!this.redis.guard().isUp()) {
			return Mono.empty();
		}
		LocalDate day = LocalDate.ofInstant(this.clock.instant(), ZoneOffset.UTC);
		return Flux.fromIterable(this.codes.values()).concatMap((code) -> send(code, day)).then();
	}

	private Mono<Long> send(Code code, LocalDate day) {
		List<String> arguments = new ArrayList<>();
		arguments.add(Long.toString(LIFETIME.toMillis()));
		code.waiting.forEach((user) -> {
			arguments.add(user);
			code.waiting.remove(user);
		});
		String key = "errors:{" + code.name + "}:" + day;
		return this.redis.<Long>run(SCRIPT, List.of(key), arguments.toArray(String[]::new))
			.doOnNext(code.count::set)
			.onErrorComplete();
	}

	/** Those who met one error and were not sent yet. */
	private static final class Code {

		private final String name;

		private final Set<String> waiting = ConcurrentHashMap.newKeySet();

		private final AtomicLong count = new AtomicLong();

		Code(String name) {
			this.name = name;
		}

	}

}
