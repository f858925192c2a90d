package io.clearview.local;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Prometheus that scrapes a local stack and evaluates the project's rules. */
public final class Prometheus {

	private Prometheus() {
	}

	/**
	 * The program: the installed one, else what {@code deploy/prometheus/programs}
	 * fetched. Empty when there is neither.
	 */
	public static Optional<Path> program() {
		Stream<Path> installed = Arrays.stream(environment("PATH", "").split(File.pathSeparator))
			.filter((directory) -> !directory.isBlank())
			.map(Path::of);
		return Stream.concat(installed, fetched().stream())
			.map((directory) -> directory.resolve("prometheus"))
			.filter((file) -> Files.isRegularFile(file) && Files.isExecutable(file))
			.findFirst();
	}

	private static List<Path> fetched() {
		Path cache = Path.of(environment("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache"), "clearview");
		try (Stream<Path> directories = Files.list(cache)) {
			return directories.filter((directory) -> directory.getFileName().toString().startsWith("prometheus-"))
				.toList();
		}
		catch (IOException _) {
			return List.of();
		}
	}

	private static String environment(String name, String otherwise) {
		String value = System.getenv(name);
		return (value != null && !value.isBlank()) ? value : otherwise;
	}

	/**
	 * Sets one up; it is not started.
	 * @param rules directory of rule files, {@code *.rules.yml}
	 * @param every how often it scrapes and evaluates, in whole seconds
	 */
	public static ManagedProcess of(Path program, LocalStack stack, Path rules, Duration every) {
		RunDirectory run = stack.directory();
		Path home = run.home("prometheus");
		Path configuration = home.resolve("prometheus.yml");
		try {
			copy(rules, Files.createDirectories(home.resolve("rules")));
			Files.writeString(configuration, configuration(stack, every));
		}
		catch (IOException ex) {
			throw new StackException("Cannot write " + configuration + ": " + ex.getMessage(), ex);
		}
		int port = Ports.free();
		List<String> command = List.of(program.toString(), "--config.file=prometheus.yml", "--storage.tsdb.path=data",
				"--storage.tsdb.retention.time=1d", "--web.listen-address=" + Ports.LOOPBACK + ":" + port);
		return new ManagedProcess(run,
				new Launch("prometheus", home, command, Map.of(), "http", port, port, Probe.http("/-/ready")));
	}

	/**
	 * Beside the configuration: a path in it is a pattern, and the project's may look
	 * like one.
	 */
	private static void copy(Path rules, Path home) throws IOException {
		try (Stream<Path> files = Files.list(rules)) {
			for (Path file : (Iterable<Path>) files::iterator) {
				if (file.toString().endsWith(".rules.yml")) {
					Files.copy(file, home.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
				}
			}
		}
	}

	private static String configuration(LocalStack stack, Duration every) {
		return """
				global:
				  scrape_interval: %1$ds
				  evaluation_interval: %1$ds
				rule_files:
				  - rules/*.rules.yml
				scrape_configs:
				%2$s%3$s""".formatted(every.toSeconds(), job("clearview-gateway", stack.gateways().stream()),
				job("clearview-classifier", stack.classifiers().stream()));
	}

	private static String job(String name, Stream<ManagedProcess> services) {
		return """
				  - job_name: %s
				    metrics_path: /actuator/prometheus
				    static_configs:
				      - targets: [%s]
				""".formatted(name,
				services.map((service) -> "'" + Ports.LOOPBACK + ":" + service.managementPort() + "'")
					.collect(Collectors.joining(", ")));
	}

}
