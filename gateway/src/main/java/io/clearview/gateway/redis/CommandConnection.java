package io.clearview.gateway.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A connection for the scripts that every request runs, beside that of the reactive
 * template, which takes more time around a script than the script does. The first probe
 * of the guard makes the connection.
 */
final class CommandConnection {

	private final LettuceConnectionFactory connections;

	private volatile @Nullable RedisClusterAsyncCommands<String, String> commands;

	CommandConnection(LettuceConnectionFactory connections) {
		this.connections = connections;
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
	 * Sends commands.
	 * @throws RedisConnectionException while there has never been a connection
	 */
	RedisClusterAsyncCommands<String, String> commands() {
		RedisClusterAsyncCommands<String, String> connected = this.commands;
		if (connected == null) {
			throw new RedisConnectionException("No connection yet");
		}
		return connected;
	}

}
