package io.clearview.console.query;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.clearview.console.ProjectFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Grafana's dashboards and Prometheus's rules, as files: no Grafana is needed to look.
 */
class DashboardsTests {

	private static final int GRID = 24;

	private final ProjectFiles files = new ProjectFiles(Path.of("../.."));

	@ParameterizedTest
	@ValueSource(strings = { "requests", "cache", "quotas", "errors", "cost", "dependencies" })
	void panelsLieInTheGridWithoutOverlaps(String name) {
		JsonNode board = JsonMapper.shared().readTree(text(name));
		assertThat(board.path("schemaVersion").isInt()).isTrue();
		Set<String> taken = new HashSet<>();
		Set<Integer> ids = new HashSet<>();
		for (JsonNode panel : board.path("panels")) {
			String title = panel.path("title").asString("");
			JsonNode at = panel.path("gridPos");
			assertThat(ids.add(panel.path("id").asInt())).as("id of " + title + " is its own").isTrue();
			assertThat(at.path("x").asInt() + at.path("w").asInt()).as(title).isLessThanOrEqualTo(GRID);
			for (int x = at.path("x").asInt(); x < at.path("x").asInt() + at.path("w").asInt(); x++) {
				for (int y = at.path("y").asInt(); y < at.path("y").asInt() + at.path("h").asInt(); y++) {
					assertThat(taken.add(x + "," + y)).as(title + " overlaps another panel at " + x + "," + y).isTrue();
				}
			}
		}
	}

	/** What Grafana's schema requires; deploy/grafana/check compares all of it. */
	@ParameterizedTest
	@ValueSource(strings = { "requests", "cache", "quotas", "errors", "cost", "dependencies" })
	void boardsHaveWhatGrafanaRequires(String name) {
		JsonNode board = JsonMapper.shared().readTree(text(name));
		assertThat(board.path("uid").asString("")).isEqualTo("clearview-" + name);
		for (JsonNode link : board.path("links")) {
			assertThat(link.propertyNames()).contains("type", "title", "tags", "icon", "tooltip", "asDropdown",
					"keepTime", "includeVars", "targetBlank");
		}
		for (JsonNode panel : board.path("panels")) {
			String title = panel.path("title").asString("");
			assertThat(title).isNotBlank();
			assertThat(panel.path("type").asString("")).as(title).isIn("stat", "timeseries");
			assertThat(panel.at("/fieldConfig/defaults/unit").asString("")).as(title).isNotBlank();
			assertThat(panel.path("targets").size()).as(title).isPositive();
			Set<String> references = new HashSet<>();
			for (JsonNode target : panel.path("targets")) {
				assertThat(references.add(target.path("refId").asString(""))).as(title + ": refId is its own").isTrue();
				assertThat(target.at("/datasource/uid").asString("")).as(title).isEqualTo("clearview-prometheus");
				assertThat(target.path("legendFormat").asString("")).as(title).isNotBlank();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "requests", "cache", "quotas", "errors", "cost", "dependencies" })
	void queriesParseAndReadMetricsThatTheRunbookLists(String name) {
		Rules rules = rules();
		String runbook = this.files.read("docs/operations.md");
		for (Dashboards.Panel panel : Dashboards.read(text(name)).panels()) {
			Set<String> metrics = new HashSet<>();
			panel.queries().forEach((query) -> rules.metrics(query.expression(), metrics));
			assertThat(metrics).as(panel.title()).isNotEmpty();
			assertThat(metrics).as(panel.title())
				.allMatch((metric) -> metric.equals("up")
						|| runbook.contains("`" + metric.replaceFirst("_(count|sum|bucket)$", "") + "`"));
		}
	}

	@Test
	void everyAlertLinksToASectionOfTheRunbook() {
		String runbook = this.files.read("docs/operations.md").toLowerCase(java.util.Locale.ROOT);
		assertThat(rules().alerts()).isNotEmpty()
			.allMatch((alert) -> runbook.contains("### " + alert.runbook() + "\n"));
	}

	@Test
	void everyAlertCanBeEvaluated() {
		Rules rules = rules();
		Set<String> metrics = new HashSet<>();
		rules.alerts().forEach((alert) -> rules.metrics(alert.expression(), metrics));
		History history = new History(metrics);
		history.add(metrics.stream().map((metric) -> new History.Value(metric, Map.of("le", "1"), 1)).toList());
		for (Rules.Alert alert : rules.alerts()) {
			assertThatCode(() -> new Evaluator(history, rules.recordings(), Double.MAX_VALUE, 0, 0)
				.evaluate(alert.expression())).as(alert.name()).doesNotThrowAnyException();
		}
	}

	private Rules rules() {
		return Rules.read(java.util.List.of(this.files.read("deploy/prometheus/recording.rules.yml"),
				this.files.read("deploy/prometheus/alerts.rules.yml")));
	}

	private String text(String name) {
		return this.files.read("deploy/grafana/dashboards/" + name + ".json");
	}

}
