package io.clearview.observability;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class RulesTest {

	@Test
	void everyAlertFiresOnItsConditionAndStaysQuietBesideIt() throws IOException, InterruptedException {
		Commands.run(Project.PROMETHEUS.resolve("check").toString());
	}

	@ParameterizedTest
	@MethodSource("alerts")
	void anAlertIsTestedFiringAndItsTextIsRead(Rule alert) {
		String tests = String.join("\n",
				Project.list(Project.PROMETHEUS.resolve("tests"), ".yml").stream().map(Project::read).toList());
		assertThat(tests).as("tests in which it fires")
			.contains("alertname=\"" + alert.name() + "\"")
			.contains("alertname: " + alert.name() + "\n");
	}

	@ParameterizedTest
	@MethodSource("alerts")
	void anAlertSaysHowUrgentItIsWhatIsWrongAndWhereToRead(Rule alert) {
		assertThat(alert.labels().get("severity")).isIn("page", "ticket");
		assertThat(alert.annotations().get("summary")).endsWith(".").hasSizeBetween(30, 160);
		assertThat(alert.annotations().get("runbook_url"))
			.isEqualTo("docs/operations.md#" + alert.name().toLowerCase());
	}

	@ParameterizedTest
	@MethodSource("alerts")
	void theRunbookSaysWhatToDoAboutAnAlert(Rule alert) {
		String section = section(alert.name());
		assertThat(section).contains("**Means**", "**Look**", "**Do**", "**Worked when**");
	}

	@Test
	void theRunbookHasNoSectionOfAnAlertThatIsGone() {
		List<String> alerts = Rule.alerts().stream().map(Rule::name).toList();
		Stream<String> sections = Pattern.compile("(?m)^### (ClearView\\w+)$")
			.matcher(Project.read(Project.OPERATIONS))
			.results()
			.map((found) -> found.group(1));
		assertThat(sections).containsExactlyInAnyOrderElementsOf(alerts);
	}

	private static String section(String title) {
		String[] parts = Project.read(Project.OPERATIONS).split("(?m)^### " + title + "$", 2);
		assertThat(parts).as("section " + title + " of docs/operations.md").hasSize(2);
		return parts[1].split("(?m)^##", 2)[0];
	}

	static List<Rule> alerts() {
		return Rule.alerts();
	}

}
