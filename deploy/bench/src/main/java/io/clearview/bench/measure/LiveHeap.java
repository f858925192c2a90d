package io.clearview.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * What a JVM cannot do without: its heap after a full collection. Resident memory tells
 * less, because a heap grows to its limit whether it is needed or not.
 */
public final class LiveHeap {

	private static final int PATIENCE_SECONDS = 30;

	private LiveHeap() {
	}

	/**
	 * Makes a JVM collect, which stops it for as long as that takes, and tells what is
	 * left, in bytes; 0 if there is no such JVM or it does not say.
	 */
	public static long of(long pid) {
		try {
			Path histogram = Files.createTempFile("heap", ".txt");
			try {
				return write(pid, histogram) ? total(Files.readString(histogram)) : 0;
			}
			finally {
				Files.delete(histogram);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("jcmd cannot be run", ex);
		}
	}

	/**
	 * To a file and not to this process, which could not read while it is stopped itself.
	 */
	private static boolean write(long pid, Path histogram) throws IOException {
		Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
				Long.toString(pid), "GC.class_histogram")
			.redirectErrorStream(true)
			.redirectOutput(histogram.toFile())
			.start();
		try {
			return jcmd.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		finally {
			jcmd.destroyForcibly();
		}
	}

	/** The last line of a histogram says how many objects of how many bytes there are. */
	static long total(String histogram) {
		return histogram.lines()
			.filter((line) -> line.startsWith("Total "))
			.mapToLong((line) -> Long.parseLong(line.strip().split("\\s+")[2]))
			.findFirst()
			.orElse(0);
	}

}
