package io.clearview.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A service, unpacked as Spring Boot recommends for production. It starts faster than the
 * single jar, and a build that replaces the jar does not pull classes from under a
 * running process.
 *
 * @param jar what {@code java -jar} runs
 */
record AppImage(Path jar) {

	/** The JVM of this process, for those it starts. */
	static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

	/**
	 * Unpacks what a module built, unless that very build is there already.
	 * @param module directory of the module
	 * @param apps where unpacked applications are kept
	 */
	static AppImage of(Path module, Path apps) {
		Path packed = packed(module);
		try {
			String name = packed.getFileName().toString();
			Path image = apps.resolve(name.replaceFirst("-app\\.jar$", "") + "-" + digest(packed));
			if (!Files.isDirectory(image)) {
				Files.createDirectories(apps);
				unpack(packed, image);
			}
			return new AppImage(image.resolve(name));
		}
		catch (IOException ex) {
			throw new StackException("Cannot unpack " + packed + ": " + ex.getMessage(), ex);
		}
	}

	/**
	 * The same for an application without Spring Boot, which cannot unpack itself: a copy
	 * of its jar.
	 */
	static AppImage copyOf(Path module, Path apps) {
		Path packed = packed(module);
		try {
			Path copy = apps.resolve(digest(packed) + "-" + packed.getFileName());
			if (!Files.exists(copy)) {
				Files.createDirectories(apps);
				Path part = Files.copy(packed, Files.createTempFile(apps, "copying-", ".jar"),
						StandardCopyOption.REPLACE_EXISTING);
				Files.move(part, copy, StandardCopyOption.ATOMIC_MOVE);
			}
			return new AppImage(copy);
		}
		catch (IOException ex) {
			throw new StackException("Cannot copy " + packed + ": " + ex.getMessage(), ex);
		}
	}

	private static Path packed(Path module) {
		try (Stream<Path> files = Files.list(module.resolve("target"))) {
			List<Path> jars = files.filter((file) -> file.toString().endsWith("-app.jar")).toList();
			if (jars.size() == 1) {
				return jars.getFirst();
			}
			throw new StackException("Expected one *-app.jar in " + module.resolve("target") + ", found " + jars.size()
					+ "; build with: mvn package");
		}
		catch (IOException ex) {
			throw new StackException(module.getFileName() + " is not built: mvn package", ex);
		}
	}

	private static void unpack(Path packed, Path image) throws IOException {
		Path parts = Files.createTempDirectory(image.getParent(), "unpacking-");
		Process process = new ProcessBuilder(JAVA, "-Djarmode=tools", "-jar", packed.toString(), "extract", "--force",
				"--destination", parts.toString())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		try {
			if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
				process.destroyForcibly();
				throw new IOException("jarmode tools failed");
			}
			Files.move(parts, image, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (FileAlreadyExistsException | DirectoryNotEmptyException _) {
			// another launcher was faster; the parts stay behind until they are swept
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted", ex);
		}
	}

	// The build gives every jar the same time, so only its bytes tell two builds apart
	private static String digest(Path file) throws IOException {
		try (InputStream in = new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
			in.transferTo(java.io.OutputStream.nullOutputStream());
			return HexFormat.of().formatHex(((DigestInputStream) in).getMessageDigest().digest(), 0, 6);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
