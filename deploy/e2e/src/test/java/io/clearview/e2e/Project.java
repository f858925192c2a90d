package io.clearview.e2e;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.stream.Stream;

/** The project that is tested, as it was just built. */
final class Project {

	private Project() {
	}

	static Path root() {
		return Directories.root();
	}

	/** Unpacked applications, shared by all tests. */
	static Path apps() {
		return root().resolve("deploy/e2e/target/apps");
	}

	/** An empty directory for a stack, whose logs stay there to be looked at. */
	static Path run(String name) throws IOException {
		return Directories.without(root().resolve("deploy/e2e/target/run").resolve(name));
	}

	/** Copies a stack's logs to where those of other stacks stay, to be looked at. */
	static void keepLogs(Path logs, String name) throws IOException {
		Path kept = Files.createDirectories(run(name).resolve("logs"));
		if (Files.isDirectory(logs)) {
			try (Stream<Path> files = Files.list(logs)) {
				for (Path file : (Iterable<Path>) files::iterator) {
					Files.copy(file, kept.resolve(file.getFileName()));
				}
			}
		}
	}

	/** What is needed to run it, somewhere else: scripts and applications, no sources. */
	static Path copyTo(Path target) throws IOException {
		for (String file : new String[] { "deploy/local/up", "deploy/local/down", "deploy/local/front.sh",
				"deploy/local/src/main/resources/io/clearview/local/cli/up.txt" }) {
			copy(root().resolve(file), target.resolve(file));
		}
		for (String module : new String[] { "gateway", "classifier-service", "deploy/local", "deploy/console" }) {
			PathMatcher application = FileSystems.getDefault().getPathMatcher("glob:**-app.jar");
			try (Stream<Path> files = Files.list(root().resolve(module).resolve("target"))) {
				for (Path file : (Iterable<Path>) files.filter(application::matches)::iterator) {
					copy(file, target.resolve(module).resolve("target").resolve(file.getFileName()));
				}
			}
		}
		return target;
	}

	private static void copy(Path from, Path to) throws IOException {
		Files.createDirectories(to.getParent());
		Files.copy(from, to, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
	}

}
