package io.clearview.console.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Grafana's own dashboards, as far as a chart needs them. */
final class Dashboards {

	private static final Pattern LABEL = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");

	/** A dashboard. */
	record Dashboard(String id, String title, List<Panel> panels) {
	}

	/**
	 * A panel.
	 *
	 * @param type {@code stat} or {@code timeseries}
	 * @param unit Grafana's, such as {@code percentunit}
	 * @param line a value to draw a line at; not a number when there is none
	 */
	record Panel(String title, String type, String unit, double line, List<Query> queries) {
	}

	/** One query of a panel. */
	record Query(Expression expression, String legend) {

		String legend(Labels labels) {
			return LABEL.matcher(this.legend)
				.replaceAll((match) -> java.util.regex.Matcher.quoteReplacement(labels.get(match.group(1))));
		}

	}

	private Dashboards() {
	}

	static Dashboard read(String text) {
		JsonNode document = JsonMapper.shared().readTree(text);
		List<Panel> panels = new ArrayList<>();
		for (JsonNode panel : document.path("panels")) {
			List<Query> queries = new ArrayList<>();
			for (JsonNode target : panel.path("targets")) {
				queries.add(new Query(Expression.parse(target.path("expr").asString("")),
						target.path("legendFormat").asString("")));
			}
			String title = panel.path("title").asString("");
			panels.add(new Panel(title, panel.path("type").asString("timeseries"),
					panel.path("fieldConfig").path("defaults").path("unit").asString("short"),
					LINES.getOrDefault(title, Double.NaN), queries));
		}
		return new Dashboard(document.path("uid").asString(""),
				document.path("title").asString("").replaceFirst("^ClearView ", ""), panels);
	}

	/** The objectives, in the panel's unit. */
	private static final Map<String, Double> LINES = Map.of("Latency of /classify", 0.2, "Hit rate by layer", 0.9);

}
