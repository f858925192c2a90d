package io.clearview.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A command as somebody types it, with what it printed.
 *
 * @param process that runs
 * @param output what it prints, on both streams
 */
record Shell(Process process, Path output) {

	/** A start may take this long on a machine that is busy. */
	private static final Duration TIMEOUT = Duration.ofMinutes(4);

	static Shell start(Path directory, String... command) throws IOException {
		Path output = Files.createTempFile("clearview", ".out");
		ProcessBuilder builder = new ProcessBuilder(List.of(command)).directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectInput(Path.of("/dev/null").toFile())
			.redirectOutput(output.toFile());
		// no stack in the background, which would take the CPU of the one under test
		builder.environment().put("CLEARVIEW_AOT", "off");
		return new Shell(builder.start(), output);
	}

	static Shell run(Path directory, String... command) throws Exception {
		return start(directory, command).end();
	}

	Shell end() throws InterruptedException {
		assertThat(this.process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).as("it ends").isTrue();
		return this;
	}

	/** Waits until this was printed. */
	Shell until(String text) throws Exception {
		Waiting.until(text + " is printed", TIMEOUT, () -> printed().contains(text) || !this.process.isAlive());
		assertThat(printed()).contains(text);
		return this;
	}

	int status() {
		return this.process.exitValue();
	}

	String printed() {
		try {
			return Files.readString(this.output, StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

}
