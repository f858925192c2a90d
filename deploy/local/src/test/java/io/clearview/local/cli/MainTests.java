package io.clearview.local.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.clearview.local.Ports;
import io.clearview.local.ProcessIdentity;
import io.clearview.local.RunDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

/** Everything that can be wrong before anything is started. */
class MainTests {

	@TempDir
	private Path directory;

	private final StringWriter out = new StringWriter();

	private final StringWriter err = new StringWriter();

	@ParameterizedTest
	@ValueSource(strings = { "up", "down" })
	void helpTellsEveryOption(String command) {
		assertThat(Main.run(new PrintWriter(this.out), new PrintWriter(this.err), command, "--help")).isZero();
		Object commandObject = command.equals("up") ? new Up() : new Down();
		assertThat(new CommandLine(commandObject).getCommandSpec().options())
			.allSatisfy((option) -> assertThat(this.out.toString()).contains("  " + option.longestName()));
	}

	@Test
	void anUnknownOptionIsWrongUsage() {
		assertThat(up("--prot", "1")).isEqualTo(2);
		assertOneLine("--prot", "--help");
	}

	@Test
	void aPortThatIsNoNumberIsWrongUsage() {
		assertThat(up("--port", "http")).isEqualTo(2);
		assertOneLine("--port", "http");
	}

	@Test
	void aPortOutOfRangeIsTold() {
		assertThat(up("--port", "70000")).isEqualTo(1);
		assertOneLine("--port 70000: expected 1 to 65535");
	}

	@Test
	void aPortThatIsTakenIsTold() throws IOException {
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(Ports.LOOPBACK))) {
			assertThat(up("--port", Integer.toString(taken.getLocalPort()))).isEqualTo(1);
			assertOneLine("Port " + taken.getLocalPort() + " is taken");
		}
	}

	@Test
	void aConfigurationThatIsNotThereIsTold() {
		assertThat(up("--config", "nowhere.yml")).isEqualTo(1);
		assertOneLine("--config nowhere.yml cannot be read");
	}

	@Test
	void aConfigurationOfUnknownKindIsTold() throws IOException {
		Path file = Files.writeString(this.directory.resolve("settings.toml"), "");
		assertThat(up("--config", file.toString())).isEqualTo(1);
		assertOneLine("expected .yml, .yaml or .properties");
	}

	@Test
	void aModelThatCannotBeReachedIsTold() {
		String url = "http://127.0.0.1:" + Ports.free() + "/v1";
		assertThat(up("--model", "any", "--model-url", url)).isEqualTo(1);
		assertOneLine("The model at " + url + " cannot be reached");
	}

	@Test
	void aModelWithoutANameIsTold() {
		assertThat(up("--model-url", "http://localhost:11434/v1")).isEqualTo(1);
		assertOneLine("--model NAME");
	}

	@ParameterizedTest
	@ValueSource(strings = { "free", "1", "-1,0", "0,", "1,2,3" })
	void aPriceThatIsNoneIsTold(String price) {
		assertThat(up("--model", "any", "--model-price", price)).isEqualTo(1);
		assertOneLine("--model-price " + price + ": expected PROMPT,COMPLETION");
	}

	@Test
	void aKeyFileThatIsNotThereIsTold() {
		assertThat(up("--model", "any", "--model-key-file", "nowhere.key")).isEqualTo(1);
		assertOneLine("--model-key-file nowhere.key cannot be read");
	}

	@Test
	void aRedisThatCannotBeReachedIsToldWithoutItsPassword() {
		assertThat(up("--redis-url", "redis://:hidden@127.0.0.1:" + Ports.free())).isEqualTo(1);
		assertOneLine("The Redis of --redis-url cannot be used");
		assertThat(this.err.toString()).doesNotContain("hidden");
	}

	@Test
	void aStackThatRunsAlreadyIsTold() {
		RunDirectory run = new RunDirectory(this.directory);
		run.remember("gateway", ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow());
		assertThat(up()).isEqualTo(1);
		assertOneLine("A stack is running here already (gateway)", "deploy/local/down");
		run.forget("gateway");
	}

	@Test
	void downEndsWhatAKilledLauncherLeft() throws IOException {
		Process left = new ProcessBuilder("sleep", "600").start();
		new RunDirectory(this.directory).remember("redis", ProcessIdentity.of(left.pid()).orElseThrow());
		assertThat(down()).isZero();
		assertThat(this.out.toString()).isEqualToIgnoringNewLines("Stopped redis.");
		assertThat(ProcessIdentity.of(left.pid())).isEmpty();
		assertThat(new RunDirectory(this.directory).running()).isEmpty();
	}

	@Test
	void downEndsTheMakingOfCachesWithAllItsProcesses() throws IOException {
		RunDirectory run = new RunDirectory(this.directory);
		RunDirectory caches = new RunDirectory(this.directory.resolve(MakeCaches.NAME));
		Process maker = new ProcessBuilder("sleep", "600").start();
		Process redis = new ProcessBuilder("sleep", "600").start();
		run.remember(MakeCaches.NAME, ProcessIdentity.of(maker.pid()).orElseThrow());
		caches.remember("redis", ProcessIdentity.of(redis.pid()).orElseThrow());
		assertThat(down()).isZero();
		assertThat(this.out.toString()).isEqualToIgnoringNewLines("Stopped the making of AOT caches.");
		assertThat(ProcessIdentity.of(maker.pid())).isEmpty();
		assertThat(ProcessIdentity.of(redis.pid())).isEmpty();
	}

	@Test
	void downEndsWhatAKilledMakingOfCachesLeft() throws IOException {
		Process redis = new ProcessBuilder("sleep", "600").start();
		new RunDirectory(this.directory.resolve(MakeCaches.NAME)).remember("redis",
				ProcessIdentity.of(redis.pid()).orElseThrow());
		assertThat(down()).isZero();
		assertThat(ProcessIdentity.of(redis.pid())).isEmpty();
	}

	@Test
	void downWithNothingToEndSaysSo() {
		assertThat(down()).isZero();
		assertThat(this.out.toString()).isEqualToIgnoringNewLines("Nothing is running.");
	}

	private int up(String... options) {
		return run("up", options);
	}

	private int down() {
		return run("down");
	}

	private int run(String command, String... options) {
		List<String> arguments = new ArrayList<>(List.of(command, "--dir", this.directory.toString()));
		arguments.addAll(List.of(options));
		return Main.run(new PrintWriter(this.out), new PrintWriter(this.err), arguments.toArray(String[]::new));
	}

	private void assertOneLine(String... parts) {
		assertThat(this.err.toString().lines()).hasSize(1);
		assertThat(this.err.toString()).contains(parts).doesNotContain("Exception");
	}

}
