package io.clearview.local;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import redis.embedded.RedisExecProvider;

/** Starts the Redis that comes with the build. */
final class RedisServers {

	private static final List<String> COMMON = List.of("--bind", Ports.LOOPBACK, "--daemonize", "no", "--save", "");

	private RedisServers() {
	}

	/**
	 * The role that keeps what matters: it refuses writes rather than forget, and writes
	 * everything to disk. Locally it may play both roles.
	 */
	static ManagedProcess state(RunDirectory run, String name, int port) {
		return server(run, name, port,
				List.of("--appendonly", "yes", "--maxmemory", "1gb", "--maxmemory-policy", "noeviction"));
	}

	/** The role that may forget anything at any time. */
	static ManagedProcess cache(RunDirectory run, String name, int port) {
		return server(run, name, port,
				List.of("--appendonly", "no", "--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lfu"));
	}

	private static ManagedProcess server(RunDirectory run, String name, int port, List<String> settings) {
		List<String> command = new ArrayList<>();
		command.add(program(run).toString());
		command.addAll(List.of("--port", Integer.toString(port)));
		command.addAll(COMMON);
		command.addAll(settings);
		return new ManagedProcess(run,
				new Launch(name, run.home(name), command, Map.of(), "redis", port, port, Probe.redis()));
	}

	/**
	 * The library unpacks into a temporary directory that goes with this JVM: keep a
	 * copy.
	 */
	private static Path program(RunDirectory run) {
		Path program = run.apps().resolve("redis-server");
		try {
			if (!Files.isExecutable(program)) {
				Files.createDirectories(run.apps());
				File unpacked = RedisExecProvider.defaultProvider().get();
				Path copy = Files.copy(unpacked.toPath(), Files.createTempFile(run.apps(), "redis", ".new"),
						StandardCopyOption.REPLACE_EXISTING);
				if (!copy.toFile().setExecutable(true)) {
					throw new IOException(copy + " cannot be made executable");
				}
				Files.move(copy, program, StandardCopyOption.ATOMIC_MOVE);
			}
			return program;
		}
		catch (IOException ex) {
			throw new StackException("Cannot unpack Redis: " + ex.getMessage(), ex);
		}
	}

}
