package io.clearview.kit.keyring;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Properties;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * One key as a properties file. What it refuses, it names; it never repeats a value,
 * because a value in the wrong place may be the secret.
 */
final class KeyFile {

	static final String SUFFIX = ".key";

	static final int LARGEST = 4096;

	static final int SMALLEST_SECRET = 32;

	private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

	private KeyFile() {
	}

	/** The key's id, which is the file's name without its suffix. */
	static String id(Path file) {
		String name = file.getFileName().toString();
		return name.substring(0, name.length() - SUFFIX.length());
	}

	/**
	 * Reads and checks a file.
	 * @throws IOException when it cannot be read, or is not a key; the message says what
	 * was expected
	 */
	static Key read(Path file) throws IOException {
		String id = id(file);
		if (!ID.matcher(id).matches()) {
			throw new IOException("its name must be [A-Za-z0-9_-]{1,64}" + SUFFIX);
		}
		byte[] bytes;
		try (var in = Files.newInputStream(file)) {
			bytes = in.readNBytes(LARGEST + 1);
		}
		if (bytes.length > LARGEST) {
			throw new IOException("it must not be larger than " + LARGEST + " bytes");
		}
		Properties properties = new Properties();
		try {
			properties.load(new StringReader(new String(bytes, StandardCharsets.UTF_8)));
		}
		catch (IllegalArgumentException ex) {
			throw new IOException("it must be a properties file", ex);
		}
		return new Key(id, created(properties.getProperty("created")), active(properties.getProperty("active")),
				secret(properties.getProperty("secret")));
	}

	private static Instant created(@Nullable String value) throws IOException {
		try {
			if (value != null) {
				return Instant.parse(value.strip());
			}
		}
		catch (DateTimeException _) {
			// said below
		}
		throw new IOException("created must be an ISO instant, as in 2026-11-23T00:00:00Z");
	}

	private static boolean active(@Nullable String value) throws IOException {
		return switch ((value != null) ? value.strip() : "") {
			case "true" -> true;
			case "false" -> false;
			default -> throw new IOException("active must be true or false");
		};
	}

	private static byte[] secret(@Nullable String value) throws IOException {
		try {
			byte[] secret = Base64.getDecoder().decode((value != null) ? value.strip() : "");
			if (secret.length >= SMALLEST_SECRET) {
				return secret;
			}
		}
		catch (IllegalArgumentException _) {
			// said below
		}
		throw new IOException("secret must be the base64 of " + SMALLEST_SECRET + " bytes or more");
	}

}
