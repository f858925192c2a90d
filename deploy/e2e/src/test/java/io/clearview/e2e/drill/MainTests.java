package io.clearview.e2e.drill;

import java.io.PrintWriter;
import java.io.StringWriter;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

class MainTests {

	private final StringWriter said = new StringWriter();

	private final CommandLine command = new CommandLine(new Main()).setOut(new PrintWriter(this.said))
		.setErr(new PrintWriter(this.said));

	@Test
	void helpNamesEveryRow() {
		assertThat(this.command.execute("--help")).isZero();
		assertThat(this.said.toString()).contains("--short", "--out").contains(Main.Rows.ALL);
	}

	@Test
	void aRowThatIsNotThereIsRefusedBeforeAnythingStarts() {
		assertThat(this.command.execute("--rows", "model-500,coffee")).isEqualTo(CommandLine.ExitCode.USAGE);
		assertThat(this.said.toString()).contains("no row coffee").doesNotContain("Starting");
	}

}
