package io.clearview.kit.keyring;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A key ring read from a directory of {@code <id>.key} files, again and again. Readers
 * see one immutable state, swapped whole; only {@link #reload()} does I/O.
 * <p>
 * What goes wrong changes nothing: a file that is not a key leaves the key of that name
 * as it was, and a directory that cannot be listed leaves everything as it was. Each
 * problem is logged once, not at every look.
 * <p>
 * A key that appears while others are there verifies at once but signs only after some
 * time, so that whoever must verify has seen it by then.
 */
public final class DirectoryKeyRing implements KeyRing {

	static final int MOST_KEYS = 100;

	private static final Logger log = LoggerFactory.getLogger(DirectoryKeyRing.class);

	private static final Comparator<Key> AGE = Comparator.comparing(Key::created).thenComparing(Key::id);

	private final String name;

	private final @Nullable Path directory;

	private final Minimum minimum;

	private final Duration settling;

	private final Clock clock;

	private final Consumer<KeySetReloaded> listener;

	private final Map<String, String> problems = new HashMap<>();

	private volatile State state;

	/**
	 * Reads the directory for the first time.
	 * @param name what the keys are for
	 * @param directory where they are; null for a ring that is always empty
	 * @param minimum which keys there must be, at start and ever after
	 * @param settling how long a new key waits before it signs
	 * @param clock wall clock
	 * @param listener is called for each change after the first reading
	 */
	public DirectoryKeyRing(String name, @Nullable Path directory, Minimum minimum, Duration settling, Clock clock,
			Consumer<KeySetReloaded> listener) {
		this.name = name;
		this.directory = directory;
		this.minimum = minimum;
		this.settling = settling;
		this.clock = clock;
		this.listener = listener;
		this.state = new State(Map.of(), Map.of(), Optional.empty());
		Map<String, Key> keys = new HashMap<>();
		try {
			keys = read();
		}
		catch (IOException | RuntimeException ex) {
			refused(directory, ex);
		}
		if (!minimum.isMetBy(keys.values())) {
			throw new KeyRingException("No usable " + minimum.description + " in clearview." + name + ".keys="
					+ ((directory != null) ? directory : "(not set)"));
		}
		Map<String, Instant> since = new HashMap<>();
		keys.keySet().forEach((id) -> since.put(id, Instant.MIN));
		this.state = state(keys, since);
	}

	@Override
	public Optional<Key> signing() {
		return this.state.signing();
	}

	@Override
	public Optional<Key> find(String id) {
		return Optional.ofNullable(this.state.keys().get(id));
	}

	@Override
	public Collection<Key> all() {
		return this.state.keys().values();
	}

	/** What the keys are for. */
	public String name() {
		return this.name;
	}

	/** Looks at the directory once. Blocks on files; called by one thread at a time. */
	public synchronized void reload() {
		Map<String, Key> before = this.state.keys();
		Map<String, Key> after;
		try {
			after = read();
			if (!this.minimum.isMetBy(after.values())) {
				throw new IOException("it must hold one " + this.minimum.description + " or more");
			}
		}
		catch (IOException | RuntimeException ex) {
			refused(this.directory, ex);
			return;
		}
		if (this.directory != null) {
			this.problems.remove(this.directory.toString());
		}
		Instant now = this.clock.instant();
		Set<String> added = new HashSet<>();
		Map<String, Instant> since = new HashMap<>();
		after.forEach((id, key) -> {
			Key old = before.get(id);
			if (old != null && same(old, key)) {
				after.put(id, old);
			}
			else {
				added.add(id);
			}
			boolean sameSecret = old != null && MessageDigest.isEqual(old.secret(), key.secret());
			since.put(id, sameSecret ? this.state.since().getOrDefault(id, now) : now);
		});
		Set<String> removed = new HashSet<>(before.keySet());
		removed.removeAll(after.keySet());
		this.state = state(after, since);
		if (!added.isEmpty() || !removed.isEmpty()) {
			log.info("Keys of ring {} reloaded: {} new or changed, {} removed, {} now", this.name, added, removed,
					after.size());
			this.listener.accept(new KeySetReloaded(this.name, Set.copyOf(added), Set.copyOf(removed)));
		}
	}

	private State state(Map<String, Key> keys, Map<String, Instant> since) {
		Instant settled = this.clock.instant().minus(this.settling);
		Optional<Key> signing = keys.values()
			.stream()
			.filter(Key::active)
			.filter((key) -> !since.getOrDefault(key.id(), Instant.MIN).isAfter(settled))
			.max(AGE)
			.or(() -> keys.values().stream().filter(Key::active).max(AGE));
		return new State(Map.copyOf(keys), Map.copyOf(since), signing);
	}

	private Map<String, Key> read() throws IOException {
		Map<String, Key> keys = new HashMap<>();
		Path directory = this.directory;
		if (directory == null) {
			return keys;
		}
		Set<String> seen = new HashSet<>();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + KeyFile.SUFFIX)) {
			for (Path file : files) {
				if (seen.size() == MOST_KEYS) {
					throw new IOException("it must not hold more than " + MOST_KEYS + " keys");
				}
				seen.add(file.toString());
				readOne(file, keys);
			}
		}
		catch (NoSuchFileException ex) {
			if (this.minimum != Minimum.NONE) {
				throw new IOException("it does not exist", ex);
			}
		}
		seen.add(directory.toString());
		this.problems.keySet().retainAll(seen);
		return keys;
	}

	private void readOne(Path file, Map<String, Key> keys) {
		String id = KeyFile.id(file);
		try {
			keys.put(id, KeyFile.read(file));
			this.problems.remove(file.toString());
		}
		catch (IOException ex) {
			Key last = this.state.keys().get(id);
			if (last != null) {
				keys.put(id, last);
			}
			refused(file, ex);
		}
	}

	private void refused(@Nullable Path what, Exception ex) {
		String reason = String.valueOf(ex.getMessage());
		if (!reason.equals(this.problems.put(String.valueOf(what), reason))) {
			log.warn("Ring {} keeps its last good state: {} is refused: {}", this.name, what, reason);
		}
	}

	/** When the newest active key was made. */
	public Optional<Instant> newest() {
		return this.state.keys().values().stream().filter(Key::active).map(Key::created).max(Instant::compareTo);
	}

	private static boolean same(Key one, Key other) {
		return one.created().equals(other.created()) && one.active() == other.active()
				&& MessageDigest.isEqual(one.secret(), other.secret());
	}

	/** Which keys a ring must hold. */
	public enum Minimum {

		/** It may be empty, and its directory absent. */
		NONE("key"),

		/** A key, active or not: enough to verify. */
		ANY_KEY("key"),

		/** An active key: enough to sign. */
		ACTIVE_KEY("active key");

		private final String description;

		Minimum(String description) {
			this.description = description;
		}

		private boolean isMetBy(Collection<Key> keys) {
			return switch (this) {
				case NONE -> true;
				case ANY_KEY -> !keys.isEmpty();
				case ACTIVE_KEY -> keys.stream().anyMatch(Key::active);
			};
		}

	}

	/**
	 * What the files said at the last look.
	 *
	 * @param keys by id
	 * @param since when each was first seen
	 * @param signing the key to sign with
	 */
	private record State(Map<String, Key> keys, Map<String, Instant> since, Optional<Key> signing) {
	}

}
