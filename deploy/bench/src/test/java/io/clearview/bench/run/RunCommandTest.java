package io.clearview.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RunCommandTest {

	private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

	@TempDir
	static Path directory;

	@BeforeAll
	static void findProject() {
		System.setProperty("clearview.root", ROOT.toString());
	}

	/** Seconds long: that it works, not what it measures. */
	@Test
	void measuresTheRealSystem() throws IOException {
		assumeThat(isBuilt("gateway") && isBuilt("classifier-service")).isTrue();
		String said = run("--scenarios", "realistic,herd", "--seconds", "1", "--warm-up", "2", "--users", "10",
				"--rate", "10", "--connections", "2", "--model-latency", "20", "--no-baselines", "--jvm",
				"-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1", "--out", directory.toString());
		assertThat(said).contains("Verdicts and what they cost", "herd", "realistic");
		JsonNode results = JsonMapper.shared().readTree(directory.resolve("bench.json")).get("results");
		assertThat(results.valueStream().map((result) -> result.get("scenario").asString()))
			.containsExactly("realistic", "herd");
		for (JsonNode result : results) {
			assertThat(result.get("requests").asInt()).isGreaterThanOrEqualTo(10);
			assertThat(result.at("/ends/WRONG").asInt(0)).isZero();
			assertThat(result.at("/cpuMillis/gateway").asDouble()).isPositive();
		}
		assertThat(directory.resolve("bench.md")).content().contains("| realistic | ours |");
		assertThat(directory.resolve("bench-p99.svg")).content().startsWith("<svg");
	}

	@Test
	void saysWhichScenariosThereAre() {
		StringWriter errors = new StringWriter();
		int status = new CommandLine(new RunCommand()).setErr(new PrintWriter(errors)).execute("--scenarios", "coffee");
		assertThat(status).isEqualTo(CommandLine.ExitCode.USAGE);
		assertThat(errors.toString()).contains("no scenario coffee", "all-cached", "redis-hung");
	}

	private static String run(String... arguments) {
		StringWriter said = new StringWriter();
		int status = new CommandLine(new RunCommand()).setOut(new PrintWriter(said)).execute(arguments);
		assertThat(status).as(said.toString()).isZero();
		return said.toString();
	}

	private static boolean isBuilt(String module) throws IOException {
		Path target = ROOT.resolve(module).resolve("target");
		if (!Files.isDirectory(target)) {
			return false;
		}
		try (Stream<Path> files = Files.list(target)) {
			return files.anyMatch((file) -> file.toString().endsWith("-app.jar"));
		}
	}

}
