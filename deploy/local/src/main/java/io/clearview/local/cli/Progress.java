package io.clearview.local.cli;

import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.clearview.local.LocalStack;
import io.clearview.local.ManagedProcess;

/** Tells what is ready, and on a terminal also what is still waited for. */
final class Progress implements AutoCloseable {

	private static final String ERASE_LINE = "\r\033[K";

	private final PrintWriter out;

	private final boolean terminal;

	private final long began = System.nanoTime();

	private final Set<String> waiting = new LinkedHashSet<>();

	private final ScheduledExecutorService timer = Executors
		.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("progress").daemon().factory());

	Progress(PrintWriter out, LocalStack stack) {
		this.out = out;
		this.terminal = System.console() != null && System.console().isTerminal();
		stack.processes().forEach((process) -> this.waiting.add(process.name()));
		if (this.terminal) {
			this.timer.scheduleAtFixedRate(this::tick, 0, 500, TimeUnit.MILLISECONDS);
		}
	}

	synchronized void ready(ManagedProcess process) {
		this.waiting.remove(process.name());
		erase();
		this.out.println(String.format(Locale.ROOT, "  %-12s ready after %5.1f s   %s", process.name(), seconds(),
				process.url()));
	}

	double seconds() {
		return (System.nanoTime() - this.began) / 1e9;
	}

	private synchronized void tick() {
		this.out
			.print(ERASE_LINE + "  waiting for " + String.join(", ", this.waiting) + " ... " + (int) seconds() + " s");
		this.out.flush();
	}

	private void erase() {
		if (this.terminal) {
			this.out.print(ERASE_LINE);
		}
	}

	@Override
	public synchronized void close() {
		this.timer.shutdownNow();
		erase();
		this.out.flush();
	}

}
