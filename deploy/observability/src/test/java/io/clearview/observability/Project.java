package io.clearview.observability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of this project. */
final class Project {

	static final Path ROOT = Path.of(System.getProperty("clearview.root", "../..")).toAbsolutePath().normalize();

	static final Path PROMETHEUS = ROOT.resolve("deploy/prometheus");

	static final Path DASHBOARDS = ROOT.resolve("deploy/grafana/dashboards");

	/** Metric table and runbook. */
	static final Path OPERATIONS = ROOT.resolve("docs/operations.md");

	private Project() {
	}

	static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The secrets of all key rings below a directory. */
	static List<String> secrets(Path keys) throws IOException {
		try (Stream<Path> files = Files.walk(keys)) {
			return files.filter((file) -> file.toString().endsWith(".key"))
				.flatMap((file) -> read(file).lines())
				.filter((line) -> line.startsWith("secret="))
				.map((line) -> line.substring("secret=".length()))
				.toList();
		}
	}

	static List<Path> list(Path directory, String ending) {
		try (Stream<Path> files = Files.list(directory)) {
			return files.filter((file) -> file.toString().endsWith(ending)).sorted().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
