package io.clearview.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of the project that the console shows: those in its jar, else those on disk. */
public record ProjectFiles(Path root) {

	/** The text of a file, named from the project's root with slashes. */
	public String read(String name) {
		try (InputStream packed = ProjectFiles.class.getResourceAsStream("/project/" + name)) {
			return (packed != null) ? new String(packed.readAllBytes(), StandardCharsets.UTF_8)
					: Files.readString(this.root.resolve(name));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
