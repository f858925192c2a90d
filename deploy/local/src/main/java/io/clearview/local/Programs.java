package io.clearview.local;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of this machine that are not part of the project. */
public final class Programs {

	/** Where servers are, though the path of a user need not have it. */
	private static final String MORE = String.join(File.pathSeparator, "/usr/sbin", "/usr/bin", "/usr/local/bin",
			"/opt/homebrew/bin");

	private Programs() {
	}

	/**
	 * Looks for a program on the path, then where packages install servers.
	 * @return its file, if it may be executed
	 */
	public static Optional<Path> find(String name) {
		String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + MORE;
		return Stream.of(path.split(File.pathSeparator))
			.map((directory) -> Path.of(directory, name))
			.filter(Files::isExecutable)
			.findFirst();
	}

}
