package io.clearview.gateway.ratelimit;

import java.util.List;

import io.clearview.kit.redis.LuaScript;
import io.clearview.kit.redis.Redis;
import io.clearview.kit.redis.RedisUnavailableException;
import io.lettuce.core.ScriptOutputType;
import reactor.core.publisher.Flux;

import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * Runs the limiter's script behind the guard, on one key instead of the two that the
 * stock limiter names: {@code request_rate_limiter.{<limit>.<address>}.bucket}. When
 * Redis is unavailable the result is one that the script never returns, and not an error:
 * for an error the stock limiter writes a stack trace and lets the request pass.
 */
final class GuardedRedisTemplate extends ReactiveStringRedisTemplate {

	/** Not allowed, and less than nothing left. */
	static final List<Long> UNAVAILABLE = List.of(0L, -1L);

	/** How the first of the two keys ends. */
	private static final String TOKENS = ".tokens";

	private static final String BUCKET = ".bucket";

	private final Redis redis;

	GuardedRedisTemplate(ReactiveRedisConnectionFactory connections, Redis redis) {
		super(connections);
		this.redis = redis;
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> Flux<T> execute(RedisScript<T> script, List<String> keys, List<?> args) {
		LuaScript lua = new LuaScript(script.getScriptAsString(), script.getSha1(), ScriptOutputType.MULTI);
		return (Flux<T>) this.redis
			.<List<Long>>run(lua, List.of(bucket(keys)), args.stream().map(Object::toString).toArray(String[]::new))
			.onErrorReturn(RedisUnavailableException.class, UNAVAILABLE)
			.flux();
	}

	private static String bucket(List<String> keys) {
		String tokens = keys.getFirst();
		if (!tokens.endsWith(TOKENS)) {
			throw new IllegalStateException(
					"The limiter's first key is " + tokens + ", expected one that ends with " + TOKENS);
		}
		return tokens.substring(0, tokens.length() - TOKENS.length()) + BUCKET;
	}

}
