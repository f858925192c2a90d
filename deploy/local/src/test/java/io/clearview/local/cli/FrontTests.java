package io.clearview.local.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The shell fronts, on a machine that has only what is linked into one directory. */
class FrontTests {

	@TempDir
	private Path bin;

	@BeforeEach
	void linkPrograms() throws IOException {
		for (String program : new String[] { "bash", "dirname", "readlink", "grep", "cat", "find", "head", "mkdir" }) {
			Path found = Path.of("/usr/bin", program);
			executable(program, "exec " + (Files.exists(found) ? found : Path.of("/bin", program)) + " \"$@\"");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "up", "down" })
	void helpNeedsNoJdk(String command) throws Exception {
		Result result = run(command, "--help");
		assertThat(result.status()).isZero();
		assertThat(result.output()).isEqualTo(Help.of(command));
	}

	@ParameterizedTest
	@ValueSource(strings = { "up", "down" })
	void aMissingJdkIsOneLineThatSaysWhatToInstall(String command) throws Exception {
		Result result = run(command);
		assertThat(result.status()).isEqualTo(1);
		assertThat(result.output().lines()).hasSize(1);
		assertThat(result.output()).contains("JDK 25", "https://adoptium.net", "JAVA25_HOME");
	}

	@Test
	void anotherJdkDoesNotCount() throws Exception {
		Path other = this.bin.resolve("jdk-21");
		Files.createDirectories(other.resolve("bin"));
		executable("jdk-21/bin/javac", "exit 0");
		Files.writeString(other.resolve("release"), "JAVA_VERSION=\"21.0.25\"\n");
		Result result = run("up", Map.of("CLEARVIEW_JDKS", other.toString()));
		assertThat(result.output()).contains("JDK 25 is needed");
	}

	private void executable(String name, String script) throws IOException {
		Path file = Files.writeString(this.bin.resolve(name), "#!/bin/sh\n" + script + "\n");
		assertThat(file.toFile().setExecutable(true)).isTrue();
	}

	private Result run(String command, String... arguments) throws IOException, InterruptedException {
		return run(command, Map.of("CLEARVIEW_JDKS", ""), arguments);
	}

	private Result run(String command, Map<String, String> environment, String... arguments)
			throws IOException, InterruptedException {
		ProcessBuilder builder = new ProcessBuilder(Path.of(command).toAbsolutePath().toString());
		builder.command().addAll(java.util.List.of(arguments));
		builder.environment().clear();
		builder.environment().putAll(environment);
		builder.environment().put("PATH", this.bin.toString());
		builder.environment().put("HOME", this.bin.toString());
		// not a pipe, which is open as long as anything that was started
		Path output = this.bin.resolve("output");
		Process process = builder.directory(this.bin.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		return new Result(process.exitValue(), Files.readString(output));
	}

	private record Result(int status, String output) {

	}

}
