package io.clearview.observability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Runs the project's commands, never for longer than they may take. */
final class Commands {

	/** One may have to fetch a program first. */
	private static final Duration TIMEOUT = Duration.ofMinutes(10);

	private Commands() {
	}

	/** What a command printed; fails if it did, or if it does not end. */
	static String run(String... command) throws IOException, InterruptedException {
		// into a file, because a pipe stays open as long as anything that was started
		Path output = Files.createTempFile("clearview", ".out");
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectInput(Path.of("/dev/null").toFile())
				.redirectOutput(output.toFile())
				.start();
			if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
				process.descendants().forEach(ProcessHandle::destroyForcibly);
				process.destroyForcibly();
				throw new AssertionError(
						"Not over after " + TIMEOUT + ": " + String.join(" ", command) + ": " + Project.read(output));
			}
			if (process.exitValue() != 0) {
				throw new AssertionError(String.join(" ", command) + ": " + Project.read(output));
			}
			return Project.read(output).strip();
		}
		finally {
			Files.delete(output);
		}
	}

}
