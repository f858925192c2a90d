package io.clearview.e2e.drill;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import io.clearview.local.Ports;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;

/** What an operator does at the console of a Redis server on the loopback address. */
final class RedisConsole implements AutoCloseable {

	private static final Duration IN_SYNC = Duration.ofSeconds(30);

	private final RedisClient client;

	private final StatefulRedisConnection<String, String> connection;

	private final RedisCommands<String, String> commands;

	private final int port;

	RedisConsole(int port) {
		this.port = port;
		this.client = RedisClient.create(
				RedisURI.builder().withHost(Ports.LOOPBACK).withPort(port).withTimeout(Duration.ofSeconds(10)).build());
		this.connection = this.client.connect();
		this.commands = this.connection.sync();
	}

	int port() {
		return this.port;
	}

	/** Limits its memory, as in {@code 1mb}. */
	void maxMemory(String size) {
		this.commands.configSet("maxmemory", size);
	}

	/** Sets a key. */
	void set(String key, String value) {
		this.commands.set(key, value);
	}

	/** Removes all data. */
	void empty() {
		this.commands.flushall();
	}

	/** Makes it a replica, which refuses writes. */
	void replicate(int primary) {
		this.commands.replicaof(Ports.LOOPBACK, primary);
	}

	/** Makes it a primary. */
	void promote() {
		this.commands.replicaofNoOne();
	}

	/** Waits until this replica has everything that its primary has. */
	void awaitInSync(RedisConsole primary) throws IOException {
		long end = System.nanoTime() + IN_SYNC.toNanos();
		while (!field("master_link_status").equals("up")
				|| !field("slave_repl_offset").equals(primary.field("master_repl_offset"))) {
			if (System.nanoTime() > end) {
				throw new IOException("the replica is not in sync after " + IN_SYNC.toSeconds() + " s");
			}
			LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
		}
	}

	private String field(String name) {
		return this.commands.info("replication")
			.lines()
			.filter((line) -> line.startsWith(name + ":"))
			.map((line) -> line.substring(name.length() + 1).strip())
			.findFirst()
			.orElse("");
	}

	@Override
	public void close() {
		this.connection.close();
		this.client.shutdown();
	}

}
