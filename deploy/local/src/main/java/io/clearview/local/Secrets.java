package io.clearview.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that only their owner may read. */
public final class Secrets {

	private Secrets() {
	}

	/** Writes a file that nobody else can read, not even while it is written. */
	public static Path write(Path file, String text) throws IOException {
		Files.createDirectories(file.getParent());
		Files.deleteIfExists(file);
		if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
			Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
		}
		return Files.writeString(file, text);
	}

}
