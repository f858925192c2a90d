package io.clearview.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process has taken of the machine so far, from Linux's /proc.
 *
 * @param cpuSeconds user and system time of all its threads, in steps of 10 ms
 * @param compilingSeconds of it, what threads took that compile for a JVM: less and less
 * the longer it runs
 * @param residentBytes memory at the moment
 * @param peakResidentBytes the most it ever was
 * @param files open descriptors
 * @param threads of the process
 */
public record Resources(double cpuSeconds, double compilingSeconds, long residentBytes, long peakResidentBytes,
		int files, int threads) {

	/** Of a process that is gone. */
	public static final Resources GONE = new Resources(0, 0, 0, 0, 0, 0);

	/**
	 * Clock ticks a second in /proc: fixed by the kernel's interface on every machine.
	 */
	private static final double TICKS = 100;

	/** Reads them; {@link #GONE} if there is no such process any more. */
	public static Resources of(long pid) {
		Path directory = Path.of("/proc", Long.toString(pid));
		try {
			String status = Files.readString(directory.resolve("status"));
			return new Resources(cpu(Files.readString(directory.resolve("stat"))), compiling(directory.resolve("task")),
					kibibytes(status, "VmRSS:"), kibibytes(status, "VmHWM:"), files(directory.resolve("fd")),
					(int) number(status, "Threads:"));
		}
		catch (IOException | UncheckedIOException ex) {
			return GONE;
		}
	}

	/** Fields 14 and 15, counted after the name, which may hold spaces and brackets. */
	static double cpu(String stat) {
		String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
		return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
	}

	/**
	 * Of threads that HotSpot names {@code C1 CompilerThre} and {@code C2 CompilerThre}.
	 */
	private static double compiling(Path tasks) throws IOException {
		double seconds = 0;
		try (Stream<Path> threads = Files.list(tasks)) {
			for (Path thread : (Iterable<Path>) threads::iterator) {
				String stat = Files.readString(thread.resolve("stat"));
				seconds += isCompiler(stat) ? cpu(stat) : 0;
			}
		}
		return seconds;
	}

	static boolean isCompiler(String stat) {
		return stat.contains("(C1 Compiler") || stat.contains("(C2 Compiler");
	}

	private static int files(Path directory) throws IOException {
		try (Stream<Path> open = Files.list(directory)) {
			return (int) open.count();
		}
	}

	private static long kibibytes(String status, String field) {
		return number(status, field) * 1024;
	}

	private static long number(String status, String field) {
		int at = status.indexOf(field);
		if (at < 0) {
			return 0;
		}
		String rest = status.substring(at + field.length(), status.indexOf('\n', at)).strip();
		return Long.parseLong(rest.split("\\s+")[0]);
	}

}
