package io.clearview.observability;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.yaml.snakeyaml.Yaml;

/**
 * A recording or alert rule.
 *
 * @param group it is evaluated in
 * @param name of the alert or of the recorded metric
 * @param alert whether it is an alert
 * @param expression what it evaluates
 * @param labels it adds
 * @param annotations what an alert tells; empty for a recording
 */
record Rule(String group, String name, boolean alert, Expression expression, Map<String, String> labels,
		Map<String, String> annotations) {

	static List<Rule> all() {
		return Project.list(Project.PROMETHEUS, ".rules.yml").stream().map(Project::read).flatMap(Rule::in).toList();
	}

	/** The rule of that name, of which there is one. */
	static Rule named(String name) {
		List<Rule> named = all().stream().filter((rule) -> rule.name().equals(name)).toList();
		if (named.size() != 1) {
			throw new IllegalArgumentException("expected one rule " + name + ", found " + named.size());
		}
		return named.getFirst();
	}

	static List<Rule> alerts() {
		return all().stream().filter(Rule::alert).toList();
	}

	@SuppressWarnings("unchecked")
	private static Stream<Rule> in(String yaml) {
		Map<String, List<Map<String, Object>>> file = new Yaml().load(yaml);
		return file.get("groups")
			.stream()
			.flatMap((group) -> ((List<Map<String, Object>>) group.get("rules")).stream()
				.map((rule) -> of((String) group.get("name"), rule)));
	}

	@SuppressWarnings("unchecked")
	private static Rule of(String group, Map<String, Object> rule) {
		boolean alert = rule.containsKey("alert");
		return new Rule(group, (String) rule.get(alert ? "alert" : "record"), alert,
				Expression.of((String) rule.get("expr")), (Map<String, String>) rule.getOrDefault("labels", Map.of()),
				(Map<String, String>) rule.getOrDefault("annotations", Map.of()));
	}

	@Override
	public String toString() {
		return this.name;
	}

}
