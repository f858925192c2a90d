package io.clearview.console.parts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

import io.clearview.local.Launch;
import io.clearview.local.ManagedProcess;
import io.clearview.local.ProcessIdentity;
import io.clearview.local.RunDirectory;
import io.clearview.local.Signal;

/**
 * One process of the stack, found by its identity in the run directory, so that a process
 * of somebody else that was given its number is never touched. Safe for use by several
 * threads.
 */
public final class Part {

	/** How long a stop may take before it becomes a kill. */
	private static final Duration GRACE = Duration.ofSeconds(20);

	/** What can be done to a part. */
	public enum Action {

		/** Ends it in order. */
		STOP,

		/** Ends it at once, as a crash would. */
		KILL,

		/** Keeps it from answering, with its connections open. */
		FREEZE,

		/** Wakes it if it is frozen, starts it if it has ended. */
		MEND

	}

	/** What a process is doing, as the operating system says. */
	public enum Condition {

		RUNNING, FROZEN, ENDED

	}

	private final RunDirectory run;

	private final Launch launch;

	private final ManagedProcess process;

	private final ReentrantLock acting = new ReentrantLock();

	Part(RunDirectory run, Launch launch) {
		this.run = run;
		this.launch = launch;
		this.process = new ManagedProcess(run, launch);
	}

	/** Its name, such as {@code classifier-2}. */
	public String name() {
		return this.launch.name();
	}

	/** Where its metrics are; meaningless for a Redis. */
	public int managementPort() {
		return this.launch.managementPort();
	}

	/** Where it serves. */
	public int port() {
		return this.launch.port();
	}

	/** Whether it is a Redis. */
	public boolean isRedis() {
		return this.launch.scheme().equals("redis");
	}

	/** Whether it answers that it is ready; asks it, for two seconds at most. */
	boolean answers() {
		return this.launch.probe().ready(this.process);
	}

	/** Does it; returns when it is done. What is so already stays so. */
	void act(Action action) {
		this.acting.lock();
		try {
			switch (action) {
				case STOP -> leave((identity) -> identity.end(GRACE));
				case KILL -> leave((identity) -> identity.send(Signal.KILL));
				case FREEZE -> identity().ifPresent((identity) -> identity.send(Signal.STOP));
				case MEND -> mend();
			}
		}
		finally {
			this.acting.unlock();
		}
	}

	/** Forgotten before it ends, so that the launcher does not report a crash. */
	private void leave(java.util.function.Consumer<ProcessIdentity> end) {
		identity().ifPresent((identity) -> {
			this.run.forget(name());
			end.accept(identity);
		});
	}

	private void mend() {
		Optional<ProcessIdentity> identity = identity();
		if (identity.isPresent()) {
			identity.get().send(Signal.CONT);
		}
		else {
			this.process.start();
		}
	}

	/** What its process is doing. */
	Condition condition() {
		return identity().map((identity) -> frozen(identity.pid()) ? Condition.FROZEN : Condition.RUNNING)
			.orElse(Condition.ENDED);
	}

	private Optional<ProcessIdentity> identity() {
		return Optional.ofNullable(this.run.running().get(name()));
	}

	private static boolean frozen(long pid) {
		try {
			Path stat = Path.of("/proc/" + pid + "/stat");
			if (Files.isReadable(stat)) {
				String line = Files.readString(stat);
				return line.startsWith("T", line.lastIndexOf(')') + 2);
			}
			Process ps = new ProcessBuilder("ps", "-o", "state=", "-p", Long.toString(pid)).start();
			return new String(ps.getInputStream().readNBytes(8), java.nio.charset.StandardCharsets.UTF_8).strip()
				.startsWith("T");
		}
		catch (IOException _) {
			return false;
		}
	}

}
