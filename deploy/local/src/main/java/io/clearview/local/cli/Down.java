package io.clearview.local.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import io.clearview.local.ProcessIdentity;
import io.clearview.local.RunDirectory;
import io.clearview.local.StackException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Ends all that a stack's processes files name and that still runs. */
@Command(name = "down")
final class Down implements Callable<Integer> {

	/** A launcher that still runs is asked first: it ends the rest in order. */
	static final String LAUNCHER = "launcher";

	private static final Duration GRACE = Duration.ofSeconds(20);

	@Spec
	@Nullable CommandSpec spec;

	@Option(names = "--dir")
	@Nullable Path directory;

	@Option(names = "--help")
	boolean help;

	@Override
	public Integer call() {
		var out = java.util.Objects.requireNonNull(this.spec).commandLine().getOut();
		if (this.help) {
			out.print(Help.of("down"));
			out.flush();
			return 0;
		}
		RunDirectory run = new RunDirectory((this.directory != null) ? this.directory : Main.defaultDirectory());
		Map<String, ProcessIdentity> before = run.running();
		if (before.isEmpty()) {
			out.println("Nothing is running.");
		}
		else {
			end(run, before);
			out.println("Stopped " + String.join(", ",
					before.keySet()
						.stream()
						.filter((name) -> !name.equals(LAUNCHER) && !name.equals(MakeCaches.NAME))
						.toList())
					+ ".");
		}
		ModelOptions.forgetKey(run);
		return 0;
	}

	private static void end(RunDirectory run, Map<String, ProcessIdentity> before) {
		ProcessIdentity launcher = before.get(LAUNCHER);
		if (launcher != null) {
			launcher.end(GRACE);
		}
		List<Thread> ending = new ArrayList<>();
		run.running().values().forEach((process) -> ending.add(Thread.startVirtualThread(() -> process.end(GRACE))));
		try {
			for (Thread thread : ending) {
				thread.join();
			}
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
		}
		Map<String, ProcessIdentity> left = run.running();
		if (!left.isEmpty()) {
			throw new StackException("Could not end " + left);
		}
		before.keySet().forEach(run::forget);
	}

}
