package io.clearview.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A process, told apart from a later one that was given the same number.
 *
 * <p>
 * On Linux the mark is the machine's boot and the clock tick in which the process began,
 * neither of which moves when the wall clock is set; elsewhere it is the instant at which
 * it began.
 *
 * @param pid its number
 * @param mark what only this process of that number has
 */
public record ProcessIdentity(long pid, String mark) {

	private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

	/** Field 22 of {@code /proc/<pid>/stat}, counted from the state, which is field 3. */
	private static final int START = 19;

	/**
	 * The process that has this number now. Empty when there is none, or it has ended.
	 */
	public static Optional<ProcessIdentity> of(long pid) {
		Path stat = Path.of("/proc/" + pid + "/stat");
		if (!Files.isReadable(BOOT)) {
			return ProcessHandle.of(pid)
				.flatMap((handle) -> handle.info().startInstant())
				.map(Instant::toString)
				.map((mark) -> new ProcessIdentity(pid, mark));
		}
		try {
			String line = Files.readString(stat);
			// the command's name stands in parentheses and may hold both blanks and
			// parentheses
			String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
			if (fields[0].equals("Z") || fields[0].equals("X")) {
				return Optional.empty();
			}
			return Optional.of(new ProcessIdentity(pid, Files.readString(BOOT).strip() + "/" + fields[START]));
		}
		catch (IOException _) {
			return Optional.empty();
		}
	}

	/** Whether this very process still runs. */
	public boolean isAlive() {
		return of(this.pid).filter(this::equals).isPresent();
	}

	/**
	 * Asks it to end, and kills it when it takes longer than that. Never touches another
	 * process that has its number by now. Returns when it is gone or cannot be ended.
	 */
	public void end(Duration grace) {
		requestEnd();
		if (!awaitEnd(grace) && isAlive()) {
			Signal.KILL.send(this.pid);
			awaitEnd(Duration.ofSeconds(5));
		}
	}

	/** Asks it to end; does not wait. A frozen one is woken, or it would not hear. */
	void requestEnd() {
		send(Signal.TERM);
		send(Signal.CONT);
	}

	/** Sends a signal to this very process; does nothing when it has ended. */
	public void send(Signal signal) {
		if (isAlive()) {
			signal.send(this.pid);
		}
	}

	private boolean awaitEnd(Duration atMost) {
		long end = System.nanoTime() + atMost.toNanos();
		while (isAlive()) {
			if (System.nanoTime() - end > 0) {
				return false;
			}
			Pause.of(Duration.ofMillis(50));
		}
		return true;
	}

	/** Reads what {@link #toString} wrote. Empty when it is something else. */
	public static Optional<ProcessIdentity> parse(String text) {
		String[] parts = text.strip().split(" ", 2);
		try {
			return (parts.length == 2) ? Optional.of(new ProcessIdentity(Long.parseLong(parts[0]), parts[1]))
					: Optional.empty();
		}
		catch (NumberFormatException _) {
			return Optional.empty();
		}
	}

	@Override
	public String toString() {
		return this.pid + " " + this.mark;
	}

}
