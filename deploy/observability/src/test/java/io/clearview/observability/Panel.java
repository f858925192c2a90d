package io.clearview.observability;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A query of a panel of a dashboard.
 *
 * @param dashboard file of the dashboard, without its ending
 * @param title of the panel
 * @param expression of the query
 * @param legend labels that its legend shows
 */
record Panel(String dashboard, String title, Expression expression, Set<String> legend) {

	private static final Pattern LEGEND_LABEL = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");

	/** Every query of every dashboard. */
	static List<Panel> all() {
		List<Panel> panels = new ArrayList<>();
		Project.list(Project.DASHBOARDS, ".json").forEach((file) -> {
			JsonNode dashboard = JsonMapper.shared().readTree(Project.read(file));
			String name = file.getFileName().toString().replace(".json", "");
			dashboard.get("panels").forEach((panel) -> add(panels, name, panel));
		});
		return panels;
	}

	/** The only query of a panel. */
	static Panel named(String dashboard, String title) {
		List<Panel> named = all().stream()
			.filter((panel) -> panel.dashboard().equals(dashboard) && panel.title().equals(title))
			.toList();
		if (named.size() != 1) {
			throw new IllegalArgumentException(
					"expected one query of " + dashboard + ", " + title + ", found " + named.size());
		}
		return named.getFirst();
	}

	/** What dashboards mark on the time axis of every panel. */
	static List<Panel> annotations() {
		List<Panel> annotations = new ArrayList<>();
		Project.list(Project.DASHBOARDS, ".json").forEach((file) -> {
			JsonNode dashboard = JsonMapper.shared().readTree(Project.read(file));
			dashboard.at("/annotations/list")
				.forEach((annotation) -> annotations.add(
						new Panel(file.getFileName().toString().replace(".json", ""), annotation.get("name").asString(),
								Expression.of(annotation.get("expr").asString()), Set.of("alertname"))));
		});
		return annotations;
	}

	private static void add(List<Panel> panels, String dashboard, JsonNode panel) {
		for (JsonNode target : panel.path("targets")) {
			Set<String> legend = LEGEND_LABEL.matcher(target.path("legendFormat").asString(""))
				.results()
				.map((found) -> found.group(1))
				.collect(Collectors.toCollection(LinkedHashSet::new));
			panels.add(new Panel(dashboard, panel.get("title").asString(), Expression.of(target.get("expr").asString()),
					legend));
		}
		StreamSupport.stream(panel.path("panels").spliterator(), false)
			.forEach((inner) -> add(panels, dashboard, inner));
	}

	@Override
	public String toString() {
		return this.dashboard + ", " + this.title;
	}

}
