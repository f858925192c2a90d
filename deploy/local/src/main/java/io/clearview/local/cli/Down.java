package io.clearview.local.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

import io.clearview.local.ProcessIdentity;
import io.clearview.local.RunDirectory;
import io.clearview.local.StackException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Ends all that a stack's process files name and that still runs, and what makes its AOT
 * caches.
 */
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
		RunDirectory caches = new RunDirectory(run.path().resolve(MakeCaches.NAME));
		Map<String, ProcessIdentity> before = run.running();
		boolean making = before.containsKey(MakeCaches.NAME) || !caches.running().isEmpty();
		if (before.isEmpty() && !making) {
			out.println("Nothing is running.");
		}
		else {
			end(run, caches, before);
			List<String> stopped = new ArrayList<>(before.keySet());
			stopped.removeAll(List.of(LAUNCHER, MakeCaches.NAME));
			out.println(
					"Stopped " + (stopped.isEmpty() ? "the making of AOT caches" : String.join(", ", stopped)) + ".");
		}
		ModelOptions.forgetKey(run);
		return 0;
	}

	private static void end(RunDirectory run, RunDirectory caches, Map<String, ProcessIdentity> before) {
		ProcessIdentity launcher = before.get(LAUNCHER);
		if (launcher != null) {
			launcher.end(GRACE);
		}
		endAll(run.running(), caches.running());
		// started between the listing and the end of what makes the caches
		endAll(caches.running());
		Map<String, ProcessIdentity> left = new TreeMap<>(caches.running());
		left.putAll(run.running());
		if (!left.isEmpty()) {
			throw new StackException("Could not end " + left);
		}
		before.keySet().forEach(run::forget);
	}

	@SafeVarargs
	private static void endAll(Map<String, ProcessIdentity>... groups) {
		List<Thread> ending = new ArrayList<>();
		for (Map<String, ProcessIdentity> group : groups) {
			group.values().forEach((process) -> ending.add(Thread.startVirtualThread(() -> process.end(GRACE))));
		}
		try {
			for (Thread thread : ending) {
				thread.join();
			}
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
		}
	}

}
