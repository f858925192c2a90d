package io.clearview.classifier.identity;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * One key as a properties file. A complaint names the property and what was expected, and
 * never repeats a value: a value in the wrong place may be the secret.
 */
final class KeyFile {

	static final String SUFFIX = ".key";

	private static final int LARGEST_FILE = 4096;

	private static final int SMALLEST_SECRET = 32;

	private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

	private KeyFile() {
	}

	static String id(Path file) {
		String name = file.getFileName().toString();
		return name.substring(0, name.length() - SUFFIX.length());
	}

	/**
	 * Reads and checks a file.
	 * @throws IOException when it cannot be read or is not a key
	 */
	static VerifyingKey read(Path file) throws IOException {
		String id = id(file);
		if (!ID.matcher(id).matches()) {
			throw new IOException("its name must be [A-Za-z0-9_-]{1,64}" + SUFFIX);
		}
		Properties properties = load(file);
		return new VerifyingKey(id, created(properties), active(properties), secret(properties));
	}

	private static Properties load(Path file) throws IOException {
		byte[] bytes;
		try (InputStream in = Files.newInputStream(file)) {
			bytes = in.readNBytes(LARGEST_FILE + 1);
		}
		if (bytes.length > LARGEST_FILE) {
			throw new IOException("it must not be larger than " + LARGEST_FILE + " bytes");
		}
		Properties properties = new Properties();
		try {
			properties.load(new StringReader(new String(bytes, StandardCharsets.UTF_8)));
		}
		catch (IllegalArgumentException _) {
			throw new IOException("it must be a properties file");
		}
		return properties;
	}

	private static Instant created(Properties properties) throws IOException {
		try {
			return Instant.parse(properties.getProperty("created", "").strip());
		}
		catch (DateTimeException _) {
			throw new IOException("created must be an ISO instant, such as 2026-11-23T00:00:00Z");
		}
	}

	private static boolean active(Properties properties) throws IOException {
		return switch (properties.getProperty("active", "").strip()) {
			case "true" -> true;
			case "false" -> false;
			default -> throw new IOException("active must be true or false");
		};
	}

	private static byte[] secret(Properties properties) throws IOException {
		byte[] secret;
		try {
			secret = Base64.getDecoder().decode(properties.getProperty("secret", "").strip());
		}
		catch (IllegalArgumentException _) {
			throw new IOException("secret must be base64");
		}
		if (secret.length < SMALLEST_SECRET) {
			throw new IOException("secret must be " + SMALLEST_SECRET + " bytes or more, is " + secret.length);
		}
		return secret;
	}

}
