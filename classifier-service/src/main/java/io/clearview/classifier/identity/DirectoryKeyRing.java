package io.clearview.classifier.identity;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of the gateway's signatures, read from a directory of {@code <id>.key} files,
 * again and again. Readers see one immutable map; only {@link #reload()} does I/O. The
 * gateway has a class of the same name and purpose.
 * <p>
 * What goes wrong changes nothing: a file that is no key leaves the key of that name as
 * it was, a directory that cannot be listed or has lost every key leaves all as they
 * were. A problem is logged when it is met first, not at every look.
 */
final class DirectoryKeyRing {

	private static final Logger log = LoggerFactory.getLogger(DirectoryKeyRing.class);

	private static final int MOST_KEYS = 100;

	private final Path directory;

	private final Map<String, String> problems = new HashMap<>();

	private volatile Map<String, VerifyingKey> keys = Map.of();

	/**
	 * Reads the directory for the first time.
	 * @throws KeyRingException when it holds no key
	 */
	DirectoryKeyRing(Path directory) {
		this.directory = directory;
		reload();
		if (this.keys.isEmpty()) {
			throw new KeyRingException("No usable key in clearview.identity.keys=" + directory);
		}
	}

	/** The key of that name. Null when there is none. */
	@Nullable VerifyingKey find(String id) {
		return this.keys.get(id);
	}

	/** One of the keys. */
	VerifyingKey any() {
		return this.keys.values().iterator().next();
	}

	/** When the newest key that still signs was made. */
	Optional<Instant> newest() {
		return this.keys.values()
			.stream()
			.filter(VerifyingKey::active)
			.map(VerifyingKey::created)
			.max(Instant::compareTo);
	}

	/** Looks at the directory once. Blocks on files. */
	synchronized void reload() {
		Map<String, VerifyingKey> before = this.keys;
		Map<String, VerifyingKey> after;
		try {
			after = read();
			if (after.isEmpty() && !before.isEmpty()) {
				throw new IOException("it must hold a key");
			}
			this.problems.remove(this.directory.toString());
		}
		catch (IOException | RuntimeException ex) {
			refused(this.directory, ex);
			return;
		}
		Set<String> added = new HashSet<>();
		after.forEach((id, key) -> {
			VerifyingKey old = before.get(id);
			if (old == null || !old.isSameAs(key)) {
				added.add(id);
			}
		});
		Set<String> removed = new HashSet<>(before.keySet());
		removed.removeAll(after.keySet());
		if (added.isEmpty() && removed.isEmpty()) {
			return;
		}
		this.keys = Map.copyOf(after);
		log.info("Identity keys: {} new or changed, {} removed, {} now", added, removed, after.size());
	}

	private Map<String, VerifyingKey> read() throws IOException {
		Map<String, VerifyingKey> found = new HashMap<>();
		Set<String> seen = new HashSet<>();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(this.directory, "*" + KeyFile.SUFFIX)) {
			for (Path file : files) {
				if (seen.size() == MOST_KEYS) {
					throw new IOException("it must not hold more than " + MOST_KEYS + " keys");
				}
				seen.add(file.toString());
				readInto(found, file);
			}
		}
		seen.add(this.directory.toString());
		this.problems.keySet().retainAll(seen);
		return found;
	}

	private void readInto(Map<String, VerifyingKey> found, Path file) {
		String id = KeyFile.id(file);
		try {
			found.put(id, KeyFile.read(file));
			this.problems.remove(file.toString());
		}
		catch (IOException ex) {
			VerifyingKey last = this.keys.get(id);
			if (last != null) {
				found.put(id, last);
			}
			refused(file, ex);
		}
	}

	private void refused(Path what, Exception fault) {
		String problem = fault.getClass().getSimpleName() + ": " + fault.getMessage();
		if (!problem.equals(this.problems.put(what.toString(), problem))) {
			log.warn("Identity keys stay as they were, {} is refused: {}", what, problem);
		}
	}

}
