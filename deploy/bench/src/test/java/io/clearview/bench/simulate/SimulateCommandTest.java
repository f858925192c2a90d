package io.clearview.bench.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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

	private int simulate(Path out, String scale, String seed) {
		PrintWriter terminal = new PrintWriter(this.said);
		return new CommandLine(new SimulateCommand()).setOut(terminal)
			.setErr(terminal)
			.execute("--scale", scale, "--seed", seed, "--instances", "2", "--out", out.toString());
	}

	private String report(String name) throws IOException {
		return Files.readString(this.directory.resolve(name).resolve("simulate.json"));
	}

}
