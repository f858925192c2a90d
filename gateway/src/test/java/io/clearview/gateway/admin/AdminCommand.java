package io.clearview.gateway.admin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.clearview.gateway.testing.Gateway;

/** Runs {@code deploy/admin/clearview-admin} as an operator does. */
final class AdminCommand {

	private static final Path SCRIPT = Path.of("..", "deploy", "admin", "clearview-admin").toAbsolutePath().normalize();

	private AdminCommand() {
	}

	static Result run(Gateway gateway, Path keys, String... words) {
		return run(List.of("--url", "http://127.0.0.1:" + gateway.port() + "/", "--keys", keys.toString()), words);
	}

	static Result run(List<String> options, String... words) {
		List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
		command.addAll(options);
		command.addAll(List.of(words));
		try {
			// not a pipe, which is open as long as anything that was started
			Path output = Files.createTempFile("clearview-admin", ".out");
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
				.redirectOutput(output.toFile())
				.start();
			if (!process.waitFor(60, TimeUnit.SECONDS)) {
				process.destroyForcibly();
				throw new AssertionError("Not over after 60 s: " + Files.readString(output));
			}
			Result result = new Result(process.exitValue(), Files.readString(output));
			Files.delete(output);
			return result;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	record Result(int exit, String output) {
	}

}
