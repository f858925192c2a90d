package io.clearview.gateway.error;

import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import io.clearview.gateway.redis.PreparedScript;
import io.clearview.gateway.telemetry.Metrics;
import io.clearview.kit.redis.RedisGuard;
import io.clearview.kit.redis.RedisUnavailableException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;

/**
 * How many distinct users met each error today, over the whole fleet. A request only puts
 * a name into a bounded set; every few seconds the sets go to Redis. What cannot be
 * counted is forgotten: the numbers are for people and may be a little low.
 */
@Component
public final class AffectedUsers implements SmartLifecycle {

	/** Counted like an error's code: every post was shown, because nobody could judge. */
	public static final String FAILED_OPEN = "FAILED_OPEN";

	private static final Duration EVERY = Duration.ofSeconds(10);

	private static final Duration KEEP = Duration.ofDays(2);

	private static final int MOST_WAITING = 2_000;

	private static final RedisScript<Long> SCRIPT = PreparedScript.read("lua/error_users.lua", Long.class);

	private final ReactiveStringRedisTemplate redis;

	private final RedisGuard guard;

	private final Clock clock;

	private final MeterRegistry meters;

	private final Map<String, Code> codes = new ConcurrentHashMap<>();

	private volatile @Nullable Disposable flushing;

	AffectedUsers(ReactiveStringRedisTemplate redis, RedisGuard guard, Clock clock, MeterRegistry meters) {
		this.redis = redis;
		this.guard = guard;
		this.clock = clock;
		this.meters = meters;
		for (ErrorCode code : ErrorCode.values()) {
			this.codes.put(code.name(), register(code.name()));
		}
		this.codes.put(FAILED_OPEN, register(FAILED_OPEN));
	}

	/**
	 * Notes that a user met an error. Never waits, never fails.
	 * @param code the contract's, or {@link #FAILED_OPEN}
	 * @param user the user's ID; null when nobody knows who it was
	 */
	public void add(String code, @Nullable String user) {
		Code known = this.codes.computeIfAbsent(code, this::register);
		if (user != null && known.waiting.size() < MOST_WAITING) {
			known.waiting.add(user);
		}
	}

	private Code register(String name) {
		Code code = new Code(name);
		Gauge.builder(Metrics.ERROR_USERS, code.users, AtomicLong::get).tag("code", name).register(this.meters);
		return code;
	}

	/** Sends what waits, and learns the numbers of the fleet. */
	Mono<Void> flush() {
		String day = LocalDate.ofInstant(this.clock.instant(), ZoneOffset.UTC).toString();
		return Flux.fromIterable(this.codes.values()).concatMap((code) -> send(code, day)).then();
	}

	private Mono<Long> send(Code code, String day) {
		List<String> arguments = new ArrayList<>();
		arguments.add(Long.toString(KEEP.toMillis()));
		code.waiting.forEach((user) -> {
			arguments.add(user);
			code.waiting.remove(user);
		});
		String key = "errors:{" + code.name + "}:" + day;
		return this.guard.run(this.redis.execute(SCRIPT, List.of(key), arguments).next())
			.doOnNext(code.users::set)
			.onErrorComplete(RedisUnavailableException.class);
	}

	@Override
	public void start() {
		this.flushing = Flux.interval(EVERY).onBackpressureDrop().concatMap((_) -> flush(), 1).subscribe();
	}

	@Override
	public void stop() {
		Disposable running = this.flushing;
		if (running != null) {
			running.dispose();
			this.flushing = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.flushing != null;
	}

	/** Those who met one error and were not counted yet. */
	private static final class Code {

		private final String name;

		private final Set<String> waiting = ConcurrentHashMap.newKeySet();

		private final AtomicLong users = new AtomicLong();

		Code(String name) {
			this.name = name;
		}

	}

}
