package io.clearview.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
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

	/** Where the scan of all logs finds them. */
	@AfterAll
	static void keepLogs() throws IOException {
		Path kept = Files.createDirectories(ROOT.resolve("deploy/bench/target/run-command-logs"));
		try (Stream<Path> files = Files.walk(directory)) {
			for (Path file : (Iterable<Path>) files.filter((file) -> file.toString().endsWith(".log"))::iterator) {
				Files.copy(file, kept.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
			}
		}
	}

	/** Seconds long: that it works, and that what it says can be. */
	@Test
	void measuresTheRealSystem() throws IOException {
		assumeThat(isBuilt("gateway") && isBuilt("classifier-service")).isTrue();
		String said = run("--scenarios", "realistic,herd", "--seconds", "1", "--warm-up", "0", "--users", "10",
				"--rate", "10", "--connections", "2", "--model-latency", "20", "--no-baselines", "--jvm",
				"-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1", "--out", directory.toString());
		assertThat(said).contains("Verdicts and what they cost", "herd", "realistic");
		JsonNode results = JsonMapper.shared().readTree(directory.resolve("bench.json")).get("results");
		assertThat(results.valueStream().map((result) -> result.get("scenario").asString()))
			.containsExactly("realistic", "herd");
		results.forEach(RunCommandTest::assertCanBe);
		assertThat(directory.resolve("bench.md")).content().contains("| realistic | ours |", "| herd | ours |");
		try (Stream<Path> files = Files.list(directory)) {
			assertThat(files.filter((file) -> file.toString().endsWith(".svg"))).isNotEmpty()
				.allSatisfy((plot) -> assertThat(plot).content().startsWith("<svg"));
		}
	}

	/**
	 * Requests were answered rightly, posts were judged by the model, and it all took
	 * something.
	 */
	private static void assertCanBe(JsonNode result) {
		long requests = result.get("requests").asLong();
		long posts = result.get("posts").asLong();
		assertThat(requests).isGreaterThanOrEqualTo(10);
		assertThat(result.get("ends").valueStream().mapToLong(JsonNode::asLong).sum()).isEqualTo(requests);
		assertThat(result.at("/ends/RIGHT").asLong()).isPositive();
		assertThat(result.at("/ends/WRONG").asLong(0)).isZero();
		assertThat(result.get("failedOpen").asLong()).isLessThan(posts);
		assertThat(result.get("modelPosts").asLong()).isGreaterThanOrEqualTo(result.get("modelCalls").asLong());
		for (String counted : List.of("posts", "modelCalls", "promptTokens", "completionTokens", "p50")) {
			assertThat(result.get(counted).asDouble()).as(counted).isPositive();
		}
		assertThat(Stream.of("p50", "p99", "p999", "max").map((wait) -> result.get(wait).asDouble())).isSorted();
		assertThat(result.get("layers").valueStream().mapToDouble(JsonNode::asDouble).sum()).isPositive();
		for (String process : List.of("gateway", "classifier")) {
			assertThat(result.at("/cpuMillis/" + process).asDouble()).as("CPU of " + process).isPositive();
			assertThat(result.at("/peakMebibytes/" + process).asDouble()).as("memory of " + process)
				.isBetween(50.0, 1_000.0);
		}
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
