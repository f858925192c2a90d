package io.clearview.e2e.drill;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code deploy/e2e/drill --short}: the degradation table, every row, on real processes.
 */
class DrillIT {

	@Test
	@Timeout(1200)
	void everyRowOfTheDegradationTableIsAsDesigned() throws Exception {
		Path table = Main.target().resolve("drill-short.md");
		int status = new CommandLine(new Main()).execute("--short", "--out", table.toString());
		List<Scene> scenes = new ArrayList<>(Scenes.all());
		if (DurableScenes.canRun()) {
			scenes.addAll(DurableScenes.all());
		}
		assertThat(table).content().contains(scenes.stream().map(Scene::id).toList()).doesNotContain("| no: ");
		assertThat(status).isZero();
	}

}
