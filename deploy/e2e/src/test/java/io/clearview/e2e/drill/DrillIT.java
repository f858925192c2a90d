package io.clearview.e2e.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Every row of the degradation table, a few seconds each. */
class DrillIT {

	@Test
	void everyRowIsAsDesigned() throws IOException {
		Path root = Path.of(System.getProperty("clearview.root", "../..")).toAbsolutePath().normalize();
		Path directory = Drill.directory(root);
		try (Fleet fleet = Fleet.start(root, directory.resolve("run"), root.resolve("deploy/e2e/target/apps"),
				Pace.SHORT)) {
			List<Finding> findings = new Drill(Pace.SHORT, fleet).run(Scenes.all(),
					(finding) -> System.out.println(Table.line(finding)));
			Files.writeString(directory.resolve("drill-short.md"), Table.markdown(findings));
			assertThat(findings).hasSameSizeAs(Scenes.all())
				.allSatisfy((finding) -> assertThat(finding.problems()).as(Table.line(finding)).isEmpty());
		}
	}

}
