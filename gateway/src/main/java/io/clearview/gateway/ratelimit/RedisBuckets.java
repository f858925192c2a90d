package io.clearview.gateway.ratelimit;

import java.time.Duration;
import java.util.List;

import io.clearview.gateway.redis.PreparedScript;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.ratelimit.RedisRateLimiter;
import org.springframework.cloud.gateway.support.ConfigurationService;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * The gateway's own limiter over the fleet, whose response carries the tokens left. One
 * request costs 60 tokens and N tokens a second are refilled, because its script counts
 * in whole seconds and whole tokens. The script is ours: it decides as the stock one
 * does, with half of the commands. Not a bean: nothing but {@link SharedRateLimiter} may
 * reach it.
 */
final class RedisBuckets extends RedisRateLimiter {

	private static final int TOKENS = 60;

	RedisBuckets(GuardedRedisTemplate redis, ConfigurationService configuration, Iterable<Limit> limits) {
		super(redis, script(), configuration);
		limits.forEach((limit) -> getConfig().put(limit.name(),
				new Config().setReplenishRate(limit.perMinute())
					.setBurstCapacity((long) limit.perMinute() * TOKENS)
					.setRequestedTokens(TOKENS)));
	}

	/** The fleet's decision; none when Redis is unavailable. */
	Mono<Decision> take(Limit limit, String key) {
		return isAllowed(limit.name(), key).mapNotNull((response) -> {
			long left = Long.parseLong(response.getHeaders().getOrDefault(REMAINING_HEADER, "-1"));
			return (left < 0) ? null : decision(limit, response.isAllowed(), left);
		});
	}

	@SuppressWarnings("unchecked")
	private static RedisScript<List<Long>> script() {
		return (RedisScript<List<Long>>) (RedisScript<?>) PreparedScript.read("lua/limit_take.lua", List.class);
	}

	private static Decision decision(Limit limit, boolean allowed, long left) {
		long missing = (allowed ? (long) limit.perMinute() * TOKENS : TOKENS) - left;
		long seconds = Math.max(1, Math.ceilDiv(missing, (long) limit.perMinute()));
		return new Decision(limit, allowed, Decision.Source.REDIS, left / TOKENS, Duration.ofSeconds(seconds));
	}

}
