package io.clearview.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Places where stacks run. */
public final class Directories {

	private Directories() {
	}

	/** The project's root: property {@code clearview.root}, else two directories up. */
	public static Path root() {
		return Path.of(System.getProperty("clearview.root", "../..")).toAbsolutePath().normalize();
	}

	/** Removes a directory with all that is in it, such as what an earlier run left. */
	public static Path without(Path directory) throws IOException {
		if (Files.exists(directory)) {
			try (Stream<Path> files = Files.walk(directory)) {
				for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
					Files.delete(file);
				}
			}
		}
		return directory;
	}

}
