package io.clearview.gateway.ratelimit;

import java.util.List;

import io.clearview.gateway.redis.RedisScripts;
import io.clearview.kit.redis.RedisGuard;
import io.clearview.kit.redis.RedisUnavailableException;
import reactor.core.publisher.Flux;

import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * Runs the limiter's script behind the guard. When Redis is out it answers with the
 * script's own kind of answer, one that no script gives, and not with an error: to an
 * error the stock limiter would write a stack trace and let the request pass.
 */
final class GuardedRedisTemplate extends ReactiveStringRedisTemplate {

	/** Not allowed, and less than nothing left. */
	static final List<Long> OUT = List.of(0L, -1L);

	private final RedisScripts scripts;

	private final RedisGuard guard;

	GuardedRedisTemplate(ReactiveRedisConnectionFactory connections, RedisScripts scripts, RedisGuard guard) {
		super(connections);
		this.scripts = scripts;
		this.guard = guard;
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> Flux<T> execute(RedisScript<T> script, List<String> keys, List<?> args) {
		return (Flux<T>) this.guard.run(this.scripts.run(script, keys, args))
			.onErrorReturn(RedisUnavailableException.class, OUT)
			.flux();
	}

}
