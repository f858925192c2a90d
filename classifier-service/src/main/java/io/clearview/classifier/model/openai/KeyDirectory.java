package io.clearview.classifier.model.openai;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A directory with one key a file, such as a mounted secret. Hidden files are none. */
final class KeyDirectory {

	private static final int LONGEST = 4_096;

	private static final int MOST = 100;

	private final Path directory;

	KeyDirectory(Path directory) {
		this.directory = directory;
	}

	/**
	 * Reads all keys, in the order of their names. Blocks on files.
	 * @throws IOException if there is none, or a file is none
	 */
	List<ApiKey> read() throws IOException {
		List<ApiKey> keys = new ArrayList<>();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(this.directory, KeyDirectory::mayBeKey)) {
			for (Path file : files) {
				if (keys.size() == MOST) {
					throw new IOException(this.directory + " has more than " + MOST + " files");
				}
				keys.add(key(file));
			}
		}
		if (keys.isEmpty()) {
			throw new IOException(this.directory + " has no key");
		}
		keys.sort(Comparator.comparing(ApiKey::name));
		return List.copyOf(keys);
	}

	private static boolean mayBeKey(Path file) {
		return !file.getFileName().toString().startsWith(".") && Files.isRegularFile(file);
	}

	private static ApiKey key(Path file) throws IOException {
		if (Files.size(file) > LONGEST) {
			throw new IOException(file + " is longer than " + LONGEST + " bytes");
		}
		String secret;
		try {
			secret = Files.readString(file, StandardCharsets.US_ASCII).strip();
		}
		catch (CharacterCodingException ex) {
			throw new IOException(file + " is not plain text", ex);
		}
		if (secret.isEmpty() || !secret.chars().allMatch((c) -> c > ' ' && c < 0x7f)) {
			throw new IOException(file + " does not hold one key and nothing else");
		}
		return new ApiKey(file.getFileName().toString(), secret);
	}

}
