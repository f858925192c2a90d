package io.clearview.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Against the Redis that comes with the build: a real process that is quick to start. */
class ManagedProcessTests {

	private RunDirectory run;

	private ManagedProcess redis;

	@BeforeEach
	void start(@TempDir Path directory) {
		this.run = new RunDirectory(directory.resolve("with blanks"));
		this.redis = RedisServers.state(this.run, "redis", Ports.free());
		this.redis.start();
		this.redis.awaitReady(Duration.ofSeconds(30));
	}

	@AfterEach
	void stop() {
		this.redis.kill();
	}

	@Test
	void isRememberedWhileItRunsAndForgottenWhenStopped() {
		assertThat(this.run.running()).containsOnlyKeys("redis");
		assertThat(this.run.running().get("redis").pid()).isEqualTo(this.redis.pid());
		this.redis.stop();
		assertThat(this.redis.isAlive()).isFalse();
		assertThat(this.run.running()).isEmpty();
	}

	@Test
	void startsAgainOnTheSamePortAfterItWasKilled() {
		long before = this.redis.pid();
		this.redis.kill();
		assertThat(problem()).isNotEmpty();
		this.redis.start();
		this.redis.awaitReady(Duration.ofSeconds(30));
		assertThat(this.redis.pid()).isNotEqualTo(before);
		assertThat(problem()).isEmpty();
	}

	@Test
	void frozenItAcceptsAndSaysNothingUntilItIsWoken() {
		this.redis.pause();
		assertThat(problem()).containsIgnoringCase("timed out");
		assertThat(this.redis.isAlive()).isTrue();
		this.redis.resume();
		assertThat(problem()).isEmpty();
	}

	@Test
	void stopsOneThatIsFrozen() {
		this.redis.pause();
		this.redis.stop();
		assertThat(this.redis.isAlive()).isFalse();
	}

	@Test
	void endsByItselfWithoutBeingForgottenAsWanted() {
		ProcessHandle.of(this.redis.pid()).orElseThrow().destroyForcibly();
		Waiting.until("it has ended", () -> !this.redis.isAlive());
		assertThat(this.redis.isWanted()).isTrue();
		assertThat(this.run.running()).isEmpty();
	}

	@Test
	void aProcessThatEndsEarlySaysWhy() {
		ManagedProcess shell = process("failing", "sh", "-c", "echo 'no such thing: xyz'; exit 3");
		shell.start();
		assertThatExceptionOfType(StackException.class).isThrownBy(() -> shell.awaitReady(Duration.ofSeconds(30)))
			.withMessageContaining("failing ended before it was ready: no such thing: xyz")
			.withMessageContaining(shell.log().toString());
	}

	@Test
	void aProgramThatDoesNotExistIsToldByName() {
		assertThatExceptionOfType(StackException.class)
			.isThrownBy(() -> process("absent", "/nowhere/program").start().awaitReady(Duration.ofSeconds(30)))
			.withMessageContaining("absent")
			.withMessageContaining("/nowhere/program");
	}

	@Test
	void neverTouchesAnotherProcessThatHasTheNumberByNow() throws IOException {
		Path file = this.run.path().resolve("pids").resolve("redis.pid");
		String remembered = Files.readString(file);
		Files.writeString(file, remembered.replaceFirst("/\\d+", "/1"));
		assertThat(this.run.running()).isEmpty();
		ProcessIdentity.parse(Files.readString(file)).orElseThrow().end(Duration.ofSeconds(5));
		assertThat(problem()).isEmpty();
		ProcessIdentity.parse(remembered).orElseThrow().end(Duration.ofSeconds(5));
		assertThat(problem()).isNotEmpty();
	}

	@Test
	void anUnreadableProcessFileIsNoProcess() throws IOException {
		Files.writeString(this.run.path().resolve("pids").resolve("other.pid"), "nonsense");
		assertThat(this.run.running()).containsOnlyKeys("redis");
	}

	@Test
	void killsWhatDoesNotEndWhenAsked() {
		ManagedProcess stubborn = process("stubborn", "sh", "-c",
				"trap '' TERM; echo trapped; while :; do sleep 1; done");
		stubborn.start();
		Waiting.until("it ignores being asked", () -> read(stubborn.log()).contains("trapped"));
		ProcessIdentity identity = ProcessIdentity.of(stubborn.pid()).orElseThrow();
		identity.end(Duration.ofMillis(200));
		assertThat(identity.isAlive()).isFalse();
	}

	private String problem() {
		return RedisPing.problem(URI.create(this.redis.url())).orElse("");
	}

	private ManagedProcess process(String name, String... command) {
		return new ManagedProcess(this.run,
				new Launch(name, this.run.home(name), List.of(command), Map.of(), "http", 1, 1, (_) -> false));
	}

	private static String read(Path file) {
		try {
			return Files.exists(file) ? Files.readString(file) : "";
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

}
