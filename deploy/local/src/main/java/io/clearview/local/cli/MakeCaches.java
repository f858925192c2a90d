package io.clearview.local.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

import io.clearview.local.ProcessIdentity;
import io.clearview.local.AotTraining;
import io.clearview.local.RunDirectory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Makes the AOT caches of the services, so that the next start takes half as long. The
 * first start runs it in the background, with the lowest priority; it ends after minutes
 * at most.
 */
@Command(name = "make-caches", hidden = true)
final class MakeCaches implements Callable<Integer> {

	/** By which {@code down} finds it. */
	static final String NAME = "make-caches";

	/**
	 * {@code off}: no caches are made; for tests, and for machines that are short of CPU.
	 */
	static final String SWITCH = "CLEARVIEW_AOT";

	private static final Duration MOST = Duration.ofMinutes(6);

	@Option(names = "--dir")
	@Nullable Path directory;

	@Override
	public Integer call() throws Exception {
		RunDirectory run = new RunDirectory((this.directory != null) ? this.directory : Main.defaultDirectory());
		Thread.ofPlatform().daemon().name("limit").start(() -> {
			try {
				Thread.sleep(MOST);
			}
			catch (InterruptedException _) {
				return;
			}
			// runs the hook that stops what this started
			System.exit(1);
		});
		try {
			return AotTraining.run(Main.root(), run.path().resolve(NAME), run.apps()) ? 0 : 1;
		}
		finally {
			run.forget(NAME);
		}
	}

	/** Starts it, unless it runs already or is not wanted. */
	static void inBackground(RunDirectory run) {
		if ("off".equals(System.getenv(SWITCH)) || run.running().containsKey(NAME)) {
			return;
		}
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		List<String> command = new ArrayList<>();
		for (List<String> prefix : List.of(List.of("/usr/bin/setsid"), List.of("/usr/bin/nice", "-n", "19"))) {
			if (Files.isExecutable(Path.of(prefix.getFirst()))) {
				command.addAll(prefix);
			}
		}
		command.addAll(List.of(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx96m",
				"-Dclearview.root=" + Main.root(), "-jar",
				Objects.requireNonNull(System.getProperty("java.class.path")), NAME, "--dir", run.path().toString()));
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
				.redirectOutput(run.log(NAME).toFile())
				.start();
			ProcessIdentity.of(process.pid()).ifPresent((identity) -> run.remember(NAME, identity));
		}
		catch (IOException _) {
			// the next start is no faster, and tries again
		}
	}

}
