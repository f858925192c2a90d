package io.clearview.e2e.drill;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code deploy/e2e/drill --short}: the degradation table, every row, on real processes.
 */
class DrillIT {

	@Test
	@Timeout(900)
	void everyRowOfTheDegradationTableIsAsDesigned() throws Exception {
		Path table = Main.target().resolve("drill-short.md");
		int status = new CommandLine(new Main()).execute("--short", "--out", table.toString());
		assertThat(table).content().contains(Main.Rows.ALL).doesNotContain("| no: ");
		assertThat(status).isZero();
	}

}
