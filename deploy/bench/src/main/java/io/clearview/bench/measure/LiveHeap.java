package io.clearview.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What a JVM cannot do without: its heap after a full collection. Resident memory tells
 * less, because a heap grows to its limit whether it is needed or not.
 */
public final class LiveHeap {

	private LiveHeap() {
	}

	/**
	 * Makes a JVM collect, which stops it for as long as that takes, and tells what is
	 * left, in bytes; 0 if there is no such JVM.
	 */
	public static long of(long pid) {
		try {
			Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
					Long.toString(pid), "GC.class_histogram")
				.redirectErrorStream(true)
				.start();
			return total(new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("jcmd cannot be run", ex);
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
