package io.clearview.gateway.redis;

import java.util.List;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * Runs what every request runs: a script, over a connection of its own and without the
 * reactive template, which takes more time around a script than the script does. Knows
 * nothing of outages; callers put the {@link RedisGuard} around it, whose first question
 * makes the connection.
 */
public final class RedisScripts {

	private final LettuceConnectionFactory connections;

	private volatile @Nullable RedisClusterAsyncCommands<String, String> commands;

	RedisScripts(LettuceConnectionFactory connections) {
		this.connections = connections;
	}

	/**
	 * Runs a script that answers a list of numbers.
	 * @param script whose text Redis has seen or will see now
	 * @param keys all of one hash tag
	 */
	public Mono<List<Long>> run(RedisScript<?> script, List<String> keys, List<?> args) {
		String[] names = keys.toArray(String[]::new);
		String[] values = args.stream().map(Object::toString).toArray(String[]::new);
		return Mono
			.fromCompletionStage(
					() -> connected().<List<Long>>evalsha(script.getSha1(), ScriptOutputType.MULTI, names, values))
			.onErrorResume(RedisNoScriptException.class, (_) -> Mono.fromCompletionStage(() -> connected()
				.<List<Long>>eval(script.getScriptAsString(), ScriptOutputType.MULTI, names, values)));
	}

	/** Makes the connection unless there is one. Blocks until it is there or refused. */
	synchronized void connect() {
		if (this.commands == null) {
			AbstractRedisClient client = this.connections.getRequiredNativeClient();
			this.commands = (client instanceof RedisClusterClient cluster) ? cluster.connect(StringCodec.UTF8).async()
					: ((RedisClient) client).connect(StringCodec.UTF8).async();
		}
	}

	/**
	 * Whether the connection works: it comes back on its own, when others are already.
	 */
	Mono<String> ping() {
		return Mono.fromCompletionStage(() -> connected().ping());
	}

	private RedisClusterAsyncCommands<String, String> connected() {
		RedisClusterAsyncCommands<String, String> connected = this.commands;
		if (connected == null) {
			throw new RedisConnectionException("No connection yet");
		}
		return connected;
	}

}
