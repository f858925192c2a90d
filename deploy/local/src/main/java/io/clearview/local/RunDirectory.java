package io.clearview.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Where one stack keeps its keys, data, logs and the identities of its processes.
 * Readable by its owner only.
 */
public final class RunDirectory {

	private static final String PID = ".pid";

	private final Path path;

	private @Nullable FileChannel lock;

	public RunDirectory(Path path) {
		this.path = path.toAbsolutePath().normalize();
	}

	/** The directory itself, absolute. */
	public Path path() {
		return this.path;
	}

	/** Where the logs are. */
	public Path logs() {
		return this.path.resolve("logs");
	}

	/** Where the log of the process of this name is. */
	public Path log(String name) {
		return logs().resolve(name + ".log");
	}

	/** Where the process of this name runs. */
	public Path home(String name) {
		return this.path.resolve(name);
	}

	/** The directory of a key ring. */
	public Path keys(String ring) {
		return this.path.resolve("keys").resolve(ring);
	}

	/** Where unpacked applications are. */
	public Path apps() {
		return this.path.resolve("apps");
	}

	/**
	 * Keeps other launchers out of this directory until this JVM ends.
	 * @return whether no other has it
	 */
	@SuppressWarnings("resource")
	public boolean lock() {
		try {
			create();
			this.lock = FileChannel.open(this.path.resolve("lock"), StandardOpenOption.CREATE,
					StandardOpenOption.WRITE);
			return this.lock.tryLock() != null;
		}
		catch (OverlappingFileLockException _) {
			return false;
		}
		catch (IOException ex) {
			throw new StackException("Cannot write to " + this.path + ": " + ex.getMessage(), ex);
		}
	}

	/** Makes the directory and those in it that everything needs. */
	void create() throws IOException {
		boolean posix = this.path.getFileSystem().supportedFileAttributeViews().contains("posix");
		for (Path directory : new Path[] { this.path, logs(), pids() }) {
			Files.createDirectories(directory);
		}
		if (posix) {
			Files.setPosixFilePermissions(this.path, PosixFilePermissions.fromString("rwx------"));
		}
	}

	/** Remembers a process, so that {@link #running()} finds it from another JVM. */
	public void remember(String name, ProcessIdentity identity) {
		try {
			create();
			Path written = Files.writeString(pids().resolve(name + ".new"), identity.toString());
			Files.move(written, pids().resolve(name + PID), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Forgets a process that has ended. */
	public void forget(String name) {
		try {
			Files.deleteIfExists(pids().resolve(name + PID));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The processes remembered here that still run, by name. */
	public Map<String, ProcessIdentity> running() {
		Map<String, ProcessIdentity> running = new TreeMap<>();
		try (Stream<Path> files = Files.list(pids())) {
			for (Path file : (Iterable<Path>) files::iterator) {
				String name = file.getFileName().toString();
				if (name.endsWith(PID)) {
					identity(file).filter(ProcessIdentity::isAlive)
						.ifPresent(
								(identity) -> running.put(name.substring(0, name.length() - PID.length()), identity));
				}
			}
			return running;
		}
		catch (NoSuchFileException _) {
			return running;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Whether the process remembered under this name has this number, running or not. */
	boolean remembers(String name, long pid) {
		try {
			return identity(pids().resolve(name + PID)).filter((identity) -> identity.pid() == pid).isPresent();
		}
		catch (IOException _) {
			return false;
		}
	}

	private static Optional<ProcessIdentity> identity(Path file) throws IOException {
		try {
			return ProcessIdentity.parse(Files.readString(file));
		}
		catch (NoSuchFileException _) {
			return Optional.empty();
		}
	}

	private Path pids() {
		return this.path.resolve("pids");
	}

	@Override
	public String toString() {
		return this.path.toString();
	}

}
