package io.clearview.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * A child process that can be started, stopped, killed, frozen, and started again on the
 * same port. Safe for use by several threads.
 *
 * <p>
 * It is the leader of a session of its own where the system has {@code setsid}, so that
 * Ctrl-C in a terminal reaches only the launcher, which then stops things in order. It
 * outlives the JVM that started it: whoever starts it stops it.
 */
public final class ManagedProcess {

	/** How long {@link #stop()} waits before it kills. */
	private static final Duration GRACE = Duration.ofSeconds(15);

	private static final Path SETSID = Path.of("/usr/bin/setsid");

	private final RunDirectory run;

	private final Launch launch;

	private @Nullable Process process;

	private boolean wanted;

	public ManagedProcess(RunDirectory run, Launch launch) {
		this.run = run;
		this.launch = launch;
	}

	Launch launch() {
		return this.launch;
	}

	/** Its name, which is also its log's. */
	public String name() {
		return this.launch.name();
	}

	/** Where it serves. */
	public int port() {
		return this.launch.port();
	}

	/** Where it answers about itself. */
	public int managementPort() {
		return this.launch.managementPort();
	}

	/** Where it serves, as a URL without a slash at its end. */
	public String url() {
		return this.launch.scheme() + "://" + Ports.LOOPBACK + ":" + port();
	}

	/** What it wrote since it was last started. */
	public Path log() {
		return this.run.log(name());
	}

	/**
	 * Its number.
	 * @throws IllegalStateException when it was never started
	 */
	public synchronized long pid() {
		if (this.process == null) {
			throw new IllegalStateException(name() + " was never started");
		}
		return this.process.pid();
	}

	/** Whether it runs; a frozen one does. */
	public synchronized boolean isAlive() {
		return this.process != null && this.process.isAlive();
	}

	/** Whether it was started and not stopped, killed or forgotten since. */
	public synchronized boolean isWanted() {
		return this.wanted;
	}

	/**
	 * Whether another program, such as the console, stopped it or replaced it by another
	 * process of its name.
	 */
	public synchronized boolean isTakenOver() {
		return this.process != null && !this.run.remembers(name(), this.process.pid());
	}

	/** Completes when the process that runs now ends, for whatever reason. */
	public synchronized CompletableFuture<Process> onExit() {
		return (this.process != null) ? this.process.onExit() : new CompletableFuture<>();
	}

	/**
	 * Starts it, with a new log. Does nothing while it runs.
	 * @throws StackException when the program cannot be run
	 */
	public synchronized ManagedProcess start() {
		if (isAlive()) {
			return this;
		}
		try {
			this.run.create();
			Files.createDirectories(this.launch.directory());
			List<String> command = new ArrayList<>();
			if (Files.isExecutable(SETSID)) {
				command.add(SETSID.toString());
			}
			command.addAll(this.launch.command());
			ProcessBuilder builder = new ProcessBuilder(command).directory(this.launch.directory().toFile())
				.redirectErrorStream(true)
				.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
				.redirectOutput(log().toFile());
			builder.environment().putAll(this.launch.environment());
			Process started = builder.start();
			this.process = started;
			this.wanted = true;
			ProcessIdentity.of(started.pid()).ifPresent((identity) -> this.run.remember(name(), identity));
			return this;
		}
		catch (IOException ex) {
			throw new StackException("Cannot start " + name() + ": " + ex.getMessage(), ex);
		}
	}

	/**
	 * Waits until it is ready.
	 * @throws StackException when it ends, or time is up, before that
	 */
	public ManagedProcess awaitReady(Duration atMost) {
		long end = System.nanoTime() + atMost.toNanos();
		while (!this.launch.probe().ready(this)) {
			if (!isAlive()) {
				throw new StackException(isWanted() ? endedEarly() : name() + " was stopped");
			}
			if (System.nanoTime() - end > 0) {
				throw new StackException(name() + " was not ready after " + atMost.toSeconds() + " s; see " + log());
			}
			Pause.of(Duration.ofMillis(100));
		}
		return this;
	}

	private String endedEarly() {
		return name() + " ended before it was ready: " + FailureReason.in(log()) + " (see " + log() + ")";
	}

	/** Asks it to end; does not wait. A frozen one is woken, or it would not hear. */
	public synchronized void requestStop() {
		this.wanted = false;
		if (this.process != null && this.process.isAlive()) {
			Signal.TERM.send(this.process.pid());
			Signal.CONT.send(this.process.pid());
		}
		successor().ifPresent(ProcessIdentity::requestEnd);
	}

	/** Asks it to end, waits, and kills it when it takes more than some seconds. */
	public void stop() {
		requestStop();
		if (!awaitExit(GRACE)) {
			kill();
		}
		successor().ifPresent((other) -> other.end(GRACE));
		this.run.forget(name());
	}

	/** The process that another program has started in its place. */
	private synchronized Optional<ProcessIdentity> successor() {
		return Optional.ofNullable(this.run.running().get(name()))
			.filter((other) -> this.process == null || this.process.pid() != other.pid());
	}

	/** Ends it at once, as a crash would. Returns when it is gone. */
	public void kill() {
		synchronized (this) {
			this.wanted = false;
			if (this.process != null) {
				this.process.destroyForcibly();
			}
		}
		awaitExit(GRACE);
		this.run.forget(name());
	}

	/** Freezes it: connections stay open and nothing answers. */
	public synchronized void pause() {
		Signal.STOP.send(pid());
	}

	/** Wakes it. */
	public synchronized void resume() {
		Signal.CONT.send(pid());
	}

	private boolean awaitExit(Duration atMost) {
		Process current;
		synchronized (this) {
			current = this.process;
		}
		try {
			return current == null || current.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	@Override
	public String toString() {
		return name() + " at " + url();
	}

}
