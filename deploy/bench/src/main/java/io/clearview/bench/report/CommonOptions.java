package io.clearview.bench.report;

import java.nio.file.Path;

import picocli.CommandLine.Option;

/**
 * What every command of this module is told: what happens, and where to write it down.
 */
public final class CommonOptions {

	@Option(names = "--seed", defaultValue = "1", description = "Of all that is random (default: ${DEFAULT-VALUE}).")
	private long seed;

	@Option(names = "--out", paramLabel = "<directory>",
			description = "Where results go (default: target beside this command).")
	private Path out = root().resolve("deploy/bench/target");

	/** The same seed gives the same workload. */
	public long seed() {
		return this.seed;
	}

	/** A directory, which need not exist. */
	public Path out() {
		return this.out;
	}

	/** The project's root, which the shell front knows. */
	public static Path root() {
		return Path.of(System.getProperty("clearview.root", ".")).toAbsolutePath().normalize();
	}

}
