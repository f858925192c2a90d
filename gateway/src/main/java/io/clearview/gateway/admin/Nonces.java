package io.clearview.gateway.admin;

import java.time.Duration;

import io.clearview.kit.redis.RedisGuard;
import reactor.core.publisher.Mono;

import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;

/**
 * Remembers over the fleet which nonces were used, for longer than their timestamps are
 * accepted. The only writer of {@code nonce:} keys.
 */
@Component
final class Nonces {

	/** A timestamp is accepted for twice the skew; the rest is for clocks that differ. */
	static final Duration REMEMBERED = OperatorFilter.SKEW.multipliedBy(2).plusMinutes(1);

	private final ReactiveStringRedisTemplate redis;

	private final RedisGuard guard;

	Nonces(ReactiveStringRedisTemplate redis, RedisGuard guard) {
		this.redis = redis;
		this.guard = guard;
	}

	/**
	 * Uses a nonce up.
	 * @return whether it was unused; errors with
	 * {@link io.clearview.kit.redis.RedisUnavailableException} when nobody can say
	 */
	Mono<Boolean> use(String keyId, String nonce) {
		return this.guard
			.run(this.redis.opsForValue().setIfAbsent("nonce:{" + keyId + ":" + nonce + "}", "1", REMEMBERED));
	}

}
