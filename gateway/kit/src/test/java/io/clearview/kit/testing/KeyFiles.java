package io.clearview.kit.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;

/** Writes key rings for tests. */
public final class KeyFiles {

	private static final SecureRandom random = new SecureRandom();

	private KeyFiles() {
	}

	/** A directory with one active key named {@code k1}. */
	public static Path ring(Path parent, String name) {
		try {
			Path directory = Files.createDirectories(parent.resolve(name));
			write(directory, "k1", Instant.parse("2026-11-01T00:00:00Z"), true);
			return directory;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Writes a key with a new secret, in one step, as an operator should. */
	public static byte[] write(Path directory, String id, Instant created, boolean active) {
		byte[] secret = new byte[32];
		random.nextBytes(secret);
		write(directory, id, created, active, secret);
		return secret;
	}

	public static void write(Path directory, String id, Instant created, boolean active, byte[] secret) {
		String encoded = Base64.getEncoder().encodeToString(secret);
		OutputScan.secret(encoded);
		raw(directory, id, "created=%s%nactive=%s%nsecret=%s%n".formatted(created, active, encoded));
	}

	/** Writes whatever is given as a key's file. */
	public static void raw(Path directory, String id, String text) {
		try {
			Path draft = directory.resolve(id + ".draft");
			Files.writeString(draft, text);
			Files.move(draft, directory.resolve(id + ".key"), StandardCopyOption.ATOMIC_MOVE,
					StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
