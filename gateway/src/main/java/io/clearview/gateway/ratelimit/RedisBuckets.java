package io.clearview.gateway.ratelimit;

import java.time.Duration;
import java.util.List;

import io.clearview.kit.redis.LuaScript;
import io.clearview.kit.redis.Redis;
import io.clearview.kit.redis.RedisUnavailableException;
import io.lettuce.core.ScriptOutputType;
import reactor.core.publisher.Mono;

/**
 * Buckets that the fleet shares in Redis, taken from by the script of Spring Cloud
 * Gateway's {@code RedisRateLimiter}. One request costs 60 tokens and N tokens a second
 * are refilled, because the script counts in whole seconds and whole tokens.
 */
final class RedisBuckets {

	private static final int TOKENS = 60;

	/** Not static: an event loop must not read files. */
	private final LuaScript script = LuaScript.load("META-INF/scripts/request_rate_limiter.lua",
			ScriptOutputType.MULTI);

	private final Redis redis;

	RedisBuckets(Redis redis) {
		this.redis = redis;
	}

	/** The fleet's decision; empty when Redis is unavailable. */
	Mono<Decision> take(Limit limit, String key) {
		String bucket = "request_rate_limiter.{" + limit.name() + "." + key + "}.";
		return this.redis
			.<List<Long>>run(this.script, List.of(bucket + "tokens", bucket + "timestamp"),
					Integer.toString(limit.perMinute()), Long.toString((long) limit.perMinute() * TOKENS), "",
					Integer.toString(TOKENS))
			.map((answer) -> decision(limit, answer.get(0) == 1, answer.get(1)))
			.onErrorResume(RedisUnavailableException.class, (_) -> Mono.empty());
	}

	private static Decision decision(Limit limit, boolean allowed, long left) {
		long missing = (allowed ? (long) limit.perMinute() * TOKENS : TOKENS) - left;
		long seconds = Math.max(1, Math.ceilDiv(missing, (long) limit.perMinute()));
		return new Decision(limit, allowed, Decision.Source.REDIS, left / TOKENS, Duration.ofSeconds(seconds));
	}

}
