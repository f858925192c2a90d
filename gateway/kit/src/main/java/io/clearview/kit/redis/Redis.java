package io.clearview.kit.redis;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import reactor.core.publisher.Mono;

/**
 * One Redis role. Every command and script goes through its guard: the result comes
 * within the timeout, or {@link RedisUnavailableException} does. Keys and values are
 * UTF-8. Whether it is a server or a cluster makes no difference to callers whose scripts
 * touch keys of one hash tag.
 */
public final class Redis {

	private static final String PROBE = "return redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])";

	private static final String PROBE_KEPT_MILLIS = "10000";

	private final Supplier<RedisClusterAsyncCommands<String, String>> commands;

	private final RedisGuard guard;

	/** Sends over {@code link} what {@code guard} lets through. */
	public Redis(RedisLink link, RedisGuard guard) {
		this(link::commands, guard);
	}

	/**
	 * Sends what {@code guard} lets through.
	 * @param commands of a connection; throws while there is none
	 */
	public Redis(Supplier<RedisClusterAsyncCommands<String, String>> commands, RedisGuard guard) {
		this.commands = commands;
		this.guard = guard;
	}

	/**
	 * Runs a command, or several of which the returned stage is the last. What is
	 * dispatched at about the same time, here and by others, leaves in one flush. The
	 * Mono is empty where Redis answers nil.
	 */
	public <T> Mono<T> run(Function<RedisClusterAsyncCommands<String, String>, ? extends CompletionStage<T>> command) {
		return this.guard.run(send(command));
	}

	/**
	 * Runs a script as one step.
	 * @param keys all of one hash tag
	 */
	public <T> Mono<T> run(LuaScript script, List<String> keys, String... args) {
		String[] names = keys.toArray(String[]::new);
		Mono<T> known = send((redis) -> redis.evalsha(script.digest(), script.output(), names, args));
		Mono<T> unknown = send((redis) -> redis.eval(script.text(), script.output(), names, args));
		return this.guard.run(known.onErrorResume(RedisNoScriptException.class, (_) -> unknown));
	}

	/**
	 * Runs a script that writes one key. It fails where anything is missing that a
	 * service needs: a connection, a password, the rights to write and to run scripts,
	 * memory, a primary. A replica or a full Redis still answers a ping.
	 * @param commands of a connection; throws while there is none
	 * @param key that only probes use; it expires
	 */
	public static Mono<?> probe(Supplier<RedisClusterAsyncCommands<String, String>> commands, String key) {
		return Mono.fromCompletionStage(
				() -> commands.get().eval(PROBE, ScriptOutputType.STATUS, new String[] { key }, PROBE_KEPT_MILLIS));
	}

	/** The guard that every call passes. */
	public RedisGuard guard() {
		return this.guard;
	}

	/** Sends a command past the guard, which bounds neither its time nor its failures. */
	<T> Mono<T> send(Function<RedisClusterAsyncCommands<String, String>, ? extends CompletionStage<T>> command) {
		return Mono.fromCompletionStage(() -> command.apply(this.commands.get()));
	}

}
