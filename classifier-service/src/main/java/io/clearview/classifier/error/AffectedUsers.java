package io.clearview.classifier.error;

import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import io.clearview.classifier.telemetry.Metrics;
import io.clearview.kit.redis.Redis;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How many distinct users of the whole fleet met each kind of trouble today, in one
 * HyperLogLog a code and day. The only class that writes {@code errors:{<code>}:<day>}.
 * Best effort: gathered here and told to Redis now and then; what does not fit, or cannot
 * be told, is not counted. Redis keeps no user, only what the estimate needs.
 */
public final class AffectedUsers {

	/** The code for posts that were shown because they could not be judged. */
	public static final String FAILED_OPEN = "FAILED_OPEN";

	private static final int MOST_USERS = 2_000;

	private static final Duration KEPT = Duration.ofDays(8);

	private final Map<String, Code> codes = new TreeMap<>();

	private final Redis redis;

	private final Clock clock;

	AffectedUsers(Redis redis, Clock clock, MeterRegistry meters) {
		this.redis = redis;
		this.clock = clock;
		for (ErrorCode code : ErrorCode.values()) {
			this.codes.put(code.name(), new Code(code.name(), meters));
		}
		this.codes.put(FAILED_OPEN, new Code(FAILED_OPEN, meters));
	}

	/**
	 * A user met trouble.
	 * @param code of the contract, or {@link #FAILED_OPEN}
	 */
	public void met(String code, String userId) {
		Code met = this.codes.get(code);
		if (met != null && met.users.size() < MOST_USERS) {
			met.users.add(userId);
		}
	}

	/** Tells Redis, and asks it for the fleet's numbers. Never errors. */
	Mono<Void> tell() {
		if (!this.redis.guard().isUp()) {
			return Mono.empty();
		}
		LocalDate day = LocalDate.ofInstant(this.clock.instant(), ZoneOffset.UTC);
		return Flux.fromIterable(this.codes.values()).concatMap((code) -> code.tell(day)).then();
	}

	private final class Code {

		private final String name;

		private final Set<String> users = ConcurrentHashMap.newKeySet();

		private volatile long count;

		Code(String name, MeterRegistry meters) {
			this.name = name;
			Gauge.builder(Metrics.ERROR_USERS, this, (code) -> code.count).tag("code", name).register(meters);
		}

		Mono<Void> tell(LocalDate day) {
			String key = "errors:{" + this.name + "}:" + day;
			List<String> taken = new ArrayList<>(this.users);
			taken.forEach(this.users::remove);
			Mono<Long> counted = AffectedUsers.this.redis.run((redis) -> redis.pfcount(key))
				.doOnNext((count) -> this.count = count);
			Mono<?> told = taken.isEmpty() ? counted : AffectedUsers.this.redis.run((redis) -> {
				var added = redis.pfadd(key, taken.toArray(String[]::new));
				redis.expire(key, KEPT);
				return added;
			}).then(counted);
			return told.onErrorComplete().then();
		}

	}

}
