package io.clearview.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

import io.clearview.local.Ports;
import io.clearview.local.ProcessIdentity;
import io.clearview.local.RunDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code deploy/local/up} and {@code down}, typed in a directory of a difficult name. */
class LauncherIT {

	@TempDir
	private Path temporary;

	private Path root;

	private Path elsewhere;

	private String up;

	private String down;

	private RunDirectory run;

	private int port;

	@BeforeEach
	void copyProject() throws IOException {
		this.root = Project.copyTo(this.temporary.resolve("Bob's clear view, (1)"));
		this.elsewhere = Files.createDirectory(this.temporary.resolve("elsewhere"));
		this.up = this.root.resolve("deploy/local/up").toString();
		this.down = this.root.resolve("deploy/local/down").toString();
		this.run = new RunDirectory(this.root.resolve("deploy/local/run"));
		this.port = Ports.free();
	}

	@AfterEach
	void leaveNothingButLogs(TestInfo test) throws Exception {
		Shell.run(this.elsewhere, this.down);
		Project.keepLogs(this.run.logs(), "launcher/" + test.getTestMethod().orElseThrow().getName());
		assertNothingRuns();
	}

	@Test
	void aNewcomerStartsUsesAndStopsIt() throws Exception {
		Shell started = Shell.run(this.elsewhere, this.up, "--no-build", "--detach", "--port", port());
		assertThat(started.status()).as(started.printed()).isZero();
		assertThat(this.run.running()).containsOnlyKeys("redis", "console", "classifier", "gateway");

		Path pasted = Files.writeString(this.elsewhere.resolve("pasted"), commands(started.printed()));
		Shell used = Shell.run(this.elsewhere, "bash", "-e", pasted.toString());
		assertThat(used.printed()).contains("\"hash\":\"post_1\",\"label\":\"BLOCK\"")
			.contains("\"hash\":\"post_2\",\"label\":\"ALLOW\"");

		Shell again = Shell.run(this.elsewhere, this.up, "--no-build");
		assertOneLine(again, "A stack is running here already (classifier, console, gateway, redis)");

		Shell stopped = Shell.run(this.elsewhere, this.down);
		assertThat(stopped.printed()).isEqualTo("Stopped classifier, console, gateway, redis.\n");
		assertThat(stopped.status()).isZero();
		assertNothingRuns();
		assertThat(Shell.run(this.elsewhere, this.down).printed()).isEqualTo("Nothing is running.\n");
	}

	@Test
	void withoutTheConsoleNothingOfItRuns() throws Exception {
		Shell started = Shell.run(this.elsewhere, this.up, "--no-build", "--detach", "--no-console", "--port", port());
		assertThat(started.status()).as(started.printed()).isZero();
		assertThat(started.printed()).doesNotContain("console");
		assertThat(this.run.running()).containsOnlyKeys("redis", "classifier", "gateway");
		assertThat(commandLines()).noneMatch((line) -> line.contains("clearview-console"));
		assertThat(this.run.path().resolve("gateway/config/application.properties")).content()
			.doesNotContain("allowed-origins");
	}

	@Test
	void ctrlCEndsEverything() throws Exception {
		Shell attached = Shell.start(this.elsewhere, this.up, "--no-build", "--port", port()).until("stop  ");
		assertThat(this.run.running()).containsKeys("redis", "classifier", "gateway", "launcher");
		signal("INT", attached.process().pid());
		attached.end();
		assertThat(attached.printed()).endsWith("Stopping ...\nStopped.\n");
		assertNothingRuns();
	}

	@Test
	void downEndsWhatALauncherLeftThatWasKilledWhileStarting() throws Exception {
		Shell attached = Shell.start(this.elsewhere, this.up, "--no-build", "--port", port());
		Waiting.until("services are being started", Duration.ofMinutes(2),
				() -> this.run.running().keySet().containsAll(Set.of("redis", "console", "classifier", "gateway")));
		signal("KILL", this.run.running().get("launcher").pid());
		attached.end();
		assertThat(this.run.running()).containsOnlyKeys("redis", "console", "classifier", "gateway");
		assertThat(Shell.run(this.elsewhere, this.down).status()).isZero();
		assertNothingRuns();
	}

	@Test
	void aFailedStartIsOneLineAndLeavesNothing() throws Exception {
		Path wrong = Files.writeString(this.elsewhere.resolve("wrong.yml"), "server.netty.connection-timeout: soon\n");
		Shell failed = Shell.run(this.elsewhere, this.up, "--no-build", "--port", port(), "--config", "wrong.yml");
		assertThat(failed.status()).isEqualTo(1);
		assertThat(failed.printed().lines().filter((line) -> line.contains("ended before it was ready"))).hasSize(1);
		assertThat(failed.printed()).contains("server.netty.connection-timeout").doesNotContain("\tat ");
		assertThat(wrong).exists();
		assertNothingRuns();
	}

	@Test
	void aPortThatIsTakenIsOneLine() throws Exception {
		try (ServerSocket taken = new ServerSocket(this.port, 1, InetAddress.getByName(Ports.LOOPBACK))) {
			assertThat(taken.isBound()).isTrue();
			assertOneLine(Shell.run(this.elsewhere, this.up, "--no-build", "--port", port()),
					"Port " + this.port + " is taken");
		}
	}

	private String port() {
		return Integer.toString(this.port);
	}

	/** What stands between the text before and the text after the commands. */
	private static String commands(String printed) {
		return printed.substring(printed.indexOf("TOKEN="), printed.indexOf("\njudged by"));
	}

	private static void signal(String name, long pid) throws Exception {
		Shell.run(Path.of("/"), "sh", "-c", "kill -" + name + " " + pid);
	}

	private static void assertOneLine(Shell shell, String start) {
		assertThat(shell.status()).isEqualTo(1);
		assertThat(shell.printed().lines()).hasSize(1);
		assertThat(shell.printed()).startsWith(start);
	}

	/** Neither a remembered process nor one whose command names the copied project. */
	private void assertNothingRuns() throws InterruptedException {
		assertThat(this.run.running()).isEmpty();
		Waiting.until("no process is left", Duration.ofSeconds(5), () -> commandLines().isEmpty());
	}

	private Set<String> commandLines() {
		return ProcessHandle.allProcesses()
			.filter((handle) -> ProcessIdentity.of(handle.pid()).isPresent())
			.flatMap((handle) -> handle.info().commandLine().stream())
			.filter((line) -> line.contains(this.root.toString()))
			.collect(Collectors.toSet());
	}

}
