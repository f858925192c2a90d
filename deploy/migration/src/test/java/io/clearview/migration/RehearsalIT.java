package io.clearview.migration;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** {@code deploy/migration/rehearse --short}: the migration on real processes. */
class RehearsalIT {

	@Test
	@Timeout(420)
	void nobodyIsLockedOutAndNoLabelIsLostAtAnyStepOfTheMigration() {
		if (!Front.canRun()) {
			System.out.println("nginx is not installed: the migration is not rehearsed");
		}
		assumeThat(Front.canRun()).as("nginx is installed").isTrue();
		Path table = Main.target().resolve("rehearsal-short.md");
		int status = new CommandLine(new Main()).execute("--short", "--out", table.toString());
		assertThat(table).content().contains("| end |").doesNotContain("**no**", "not as it must be");
		assertThat(status).isZero();
	}

}
