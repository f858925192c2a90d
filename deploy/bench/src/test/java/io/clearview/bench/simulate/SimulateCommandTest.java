package io.clearview.bench.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SimulateCommandTest {

	private final StringWriter said = new StringWriter();

	@TempDir
	private Path directory;

	@Test
	void livesADayUnderEveryDesignAndWritesWhatItCost() throws IOException {
		assertThat(simulate(this.directory, "0.005", "1")).isZero();
		List<JsonNode> bills = JsonMapper.shared()
			.readTree(this.directory.resolve("simulate.json"))
			.get("results")
			.valueStream()
			.toList();
		assertThat(bills).hasSize(Design.measures(2).size() + 1).allSatisfy((bill) -> {
			assertThat(bill.get("requests").asLong()).isEqualTo(bills.getFirst().get("requests").asLong()).isPositive();
			assertThat(bill.get("hits").asLong() + bill.get("judged").asLong()).isEqualTo(bill.get("posts").asLong());
			assertThat(bill.get("judged").asLong()).isGreaterThanOrEqualTo(bill.get("calls").asLong());
			assertThat(bill.get("promptTokens").asLong()).isGreaterThan(bill.get("completionTokens").asLong());
			assertThat(this.said.toString()).contains(bill.get("design").asString());
		});
		assertThat(bills.getLast().get("calls").asLong()).isPositive()
			.isLessThan(bills.getFirst().get("calls").asLong());
		assertThat(this.directory.resolve("simulate.md")).content()
			.contains("500 users, 100 of them active; 2 instances", "| + batching: this service |");
		assertThat(this.directory.resolve("simulate-calls.svg")).content().startsWith("<svg");
	}

	@Test
	void theSameSeedIsTheSameReport() throws IOException {
		assertThat(simulate(this.directory.resolve("one"), "0.001", "7")).isZero();
		assertThat(simulate(this.directory.resolve("same"), "0.001", "7")).isZero();
		assertThat(simulate(this.directory.resolve("other"), "0.001", "8")).isZero();
		assertThat(report("same")).isEqualTo(report("one"));
		assertThat(report("other")).isNotEqualTo(report("one"));
	}

	@Test
	void refusesADayOfNobody() {
		assertThat(simulate(this.directory, "0", "1")).isEqualTo(CommandLine.ExitCode.USAGE);
		assertThat(this.said.toString()).contains("--scale must be 0.001 to 10, is 0.0");
		assertThat(this.directory).isEmptyDirectory();
	}

	@Test
	void printsWhatTheEmbeddedModelAsFirstStageSaves() throws IOException {
		Path posts = Files.writeString(this.directory.resolve("posts.tsv"),
				"""
						task	preference	label	text
						spam	Block spam	BLOCK	WINNER!! Claim your free prize now, call 09061701461, cash reward, claim today
						spam	Block spam	ALLOW	See you at the station at six, I will bring the tickets
						sports	hide sports	BLOCK	The striker scored twice as the team won the football league match
						sports	hide sports	ALLOW	My grandmother's recipe for apple cake
						""");
		assertThat(simulate(this.directory.resolve("out"), "0.001", "1", "--posts", posts.toString())).isZero();
		String report = Files.readString(this.directory.resolve("out/simulate.md"));
		assertThat(report).contains("### What clearview.model.cascade saves");
		List<String> rows = report.lines().filter((line) -> line.matches("\\| 0\\.9\\d \\|.*")).toList();
		assertThat(rows).hasSize(5);
		assertThat(rows.getFirst()).contains("| 0.90 |").contains(" 0.0 % |").doesNotContain("| 0.0 % | 0.0 % |");
		assertThat(this.said.toString()).contains("posts not sent", "labels changed");
	}

	@Test
	void refusesPostsThatAreNotLabelled() throws IOException {
		Path posts = Files.writeString(this.directory.resolve("posts.tsv"),
				"task\tpreference\tlabel\ttext\na\tb\tPERHAPS\tc\n");
		assertThat(simulate(this.directory, "0.001", "1", "--posts", posts.toString()))
			.isEqualTo(CommandLine.ExitCode.USAGE);
		assertThat(this.said.toString()).contains("line 2: expected task, preference, ALLOW or BLOCK, and text");
		assertThat(simulate(this.directory, "0.001", "1", "--posts", this.directory.resolve("none").toString()))
			.isEqualTo(CommandLine.ExitCode.USAGE);
		assertThat(this.said.toString()).contains("--posts cannot be read");
	}

	private int simulate(Path out, String scale, String seed, String... more) {
		PrintWriter terminal = new PrintWriter(this.said);
		List<String> arguments = new ArrayList<>(
				List.of("--scale", scale, "--seed", seed, "--instances", "2", "--out", out.toString()));
		arguments.addAll(List.of(more));
		return new CommandLine(new SimulateCommand()).setOut(terminal)
			.setErr(terminal)
			.execute(arguments.toArray(String[]::new));
	}

	private String report(String name) throws IOException {
		return Files.readString(this.directory.resolve(name).resolve("simulate.json"));
	}

}
