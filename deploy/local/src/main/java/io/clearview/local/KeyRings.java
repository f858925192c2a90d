package io.clearview.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.stream.Stream;

/** Makes key rings in the format that both services read: a directory, one file a key. */
public final class KeyRings {

	private static final int SECRET_BYTES = 32;

	private static final SecureRandom RANDOM = new SecureRandom();

	private KeyRings() {
	}

	/** Puts a first key into the ring unless it has one. */
	public static void ensure(Path ring, Clock clock) {
		try {
			Files.createDirectories(ring);
			try (Stream<Path> files = Files.list(ring)) {
				if (files.anyMatch((file) -> file.toString().endsWith(".key"))) {
					return;
				}
			}
			add(ring, "local", clock);
		}
		catch (IOException ex) {
			throw new StackException("Cannot make keys in " + ring + ": " + ex.getMessage(), ex);
		}
	}

	/**
	 * Adds an active key.
	 * @param id its name, {@code [A-Za-z0-9_-]{1,64}}
	 * @return its secret, base64
	 */
	public static String add(Path ring, String id, Clock clock) throws IOException {
		byte[] bytes = new byte[SECRET_BYTES];
		RANDOM.nextBytes(bytes);
		String secret = Base64.getEncoder().encodeToString(bytes);
		// whole or not at all: services look at the ring at any moment
		Path written = Secrets.write(ring.resolve(id + ".new"),
				"created=" + clock.instant() + "\nactive=true\nsecret=" + secret + "\n");
		Files.move(written, ring.resolve(id + ".key"), StandardCopyOption.ATOMIC_MOVE);
		return secret;
	}

}
