package io.clearview.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A JVM's ahead-of-time cache of one application (JEP 483, 514, 515): classes already
 * loaded and linked, and which methods were hot. It is made from one run with some
 * traffic and belongs to the application's files, the JVM and its options; another JVM
 * ignores it.
 *
 * @param file where it is, or will be
 */
record AotCache(Path file) {

	/**
	 * The cache of an application that is started with these options.
	 * @param app whose directory holds it
	 * @param jvmOptions without those of the cache
	 */
	static AotCache of(AppImage app, List<String> jvmOptions) {
		CRC32 sum = new CRC32();
		sum.update(
				(Runtime.version() + System.getProperty("java.vm.name") + jvmOptions).getBytes(StandardCharsets.UTF_8));
		return new AotCache(app.jar().resolveSibling("aot-" + Long.toHexString(sum.getValue()) + ".cache"));
	}

	boolean exists() {
		return Files.isRegularFile(this.file);
	}

	/** The options of a start: with the cache if there is one. */
	List<String> using(List<String> jvmOptions) {
		return exists() ? with(jvmOptions, "-XX:AOTCache=" + this.file) : jvmOptions;
	}

	/** The options of a run from which the cache is made as that run ends. */
	List<String> recording(List<String> jvmOptions) {
		return with(jvmOptions, "-XX:AOTCacheOutput=" + recorded());
	}

	/**
	 * Puts what a run recorded in its place, at once and whole.
	 * @return whether it recorded anything
	 */
	boolean keep() throws IOException {
		if (!Files.isRegularFile(recorded())) {
			return false;
		}
		Files.move(recorded(), this.file, StandardCopyOption.ATOMIC_MOVE);
		return true;
	}

	/** Deletes what an interrupted run left. */
	void discard() throws IOException {
		Files.deleteIfExists(recorded());
		Files.deleteIfExists(Path.of(recorded() + ".config"));
	}

	private Path recorded() {
		return Path.of(this.file + ".new");
	}

	private static List<String> with(List<String> options, String option) {
		List<String> all = new ArrayList<>(options);
		all.add(option);
		return List.copyOf(all);
	}

}
