package io.clearview.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

	/** The installed program. Empty when there is none on the path. */
	public static Optional<Path> program() {
		String path = System.getenv().getOrDefault("PATH", "");
		return Arrays.stream(path.split(java.io.File.pathSeparator))
			.filter((directory) -> !directory.isBlank())
			.map((directory) -> Path.of(directory, "prometheus"))
			.filter(Files::isExecutable)
			.findFirst();
	}

	/**
	 * Sets one up; it is not started.
	 * @param rules directory of rule files, {@code *.rules.yml}
	 */
	public static ManagedProcess of(Path program, LocalStack stack, Path rules) {
		RunDirectory run = stack.directory();
		Path home = run.home("prometheus");
		Path configuration = home.resolve("prometheus.yml");
		try {
			Files.createDirectories(home);
			Files.writeString(configuration, configuration(stack, rules));
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

	private static String configuration(LocalStack stack, Path rules) {
		return """
				global:
				  scrape_interval: 5s
				  evaluation_interval: 5s
				rule_files:
				  - %s
				scrape_configs:
				%s%s""".formatted(quoted(rules.toAbsolutePath().normalize() + "/*.rules.yml"),
				job("clearview-gateway", stack.gateways().stream()),
				job("clearview-classifier", stack.classifiers().stream()));
	}

	private static String job(String name, Stream<ManagedProcess> services) {
		return """
				  - job_name: %s
				    metrics_path: /actuator/prometheus
				    static_configs:
				      - targets: [%s]
				""".formatted(name, services.map((service) -> quoted(Ports.LOOPBACK + ":" + service.managementPort()))
			.collect(Collectors.joining(", ")));
	}

	private static String quoted(String text) {
		return "'" + text.replace("'", "''") + "'";
	}

}
