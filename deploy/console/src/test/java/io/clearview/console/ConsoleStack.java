package io.clearview.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

import io.clearview.local.Console;
import io.clearview.local.LocalStack;
import io.clearview.local.ModelChoice;
import io.clearview.local.Ports;

/**
 * The system with both Redis roles and a console beside it, as the launcher starts them;
 * or one that runs already, whose address is in {@code clearview.console.url}.
 */
final class ConsoleStack implements AutoCloseable {

	private final String url;

	private final LocalStack stack;

	private ConsoleStack(String url, LocalStack stack) {
		this.url = url;
		this.stack = stack;
	}

	static Path root() {
		return Path.of(System.getProperty("clearview.root", "../..")).toAbsolutePath().normalize();
	}

	static ConsoleStack start(boolean standIn) throws IOException {
		String running = System.getProperty("clearview.console.url", "");
		if (!running.isEmpty()) {
			return new ConsoleStack(running, null);
		}
		Path run = root().resolve("deploy/console/target/run");
		if (Files.exists(run)) {
			try (Stream<Path> files = Files.walk(run)) {
				files.sorted(Comparator.reverseOrder()).forEach((file) -> file.toFile().delete());
			}
		}
		int port = Ports.free();
		int modelPort = standIn ? Ports.free() : 0;
		LocalStack.Builder builder = LocalStack.builder(root(), run)
			.apps(root().resolve("deploy/console/target/apps"))
			.separateRedis()
			.console(port);
		if (standIn) {
			builder.model(new ModelChoice("http://127.0.0.1:" + modelPort + "/v1", "stand-in", null).free());
		}
		LocalStack stack = builder.build();
		stack.beside(Console.of(root(), stack, port, modelPort, standIn ? "a stand-in model" : "the embedded model"));
		try {
			stack.start();
		}
		catch (RuntimeException ex) {
			stack.close();
			throw ex;
		}
		return new ConsoleStack("http://localhost:" + port, stack);
	}

	String url() {
		return this.url;
	}

	@Override
	public void close() {
		if (this.stack != null) {
			this.stack.close();
		}
	}

}
