package io.clearview.console.query;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Prometheus's own rules.
 *
 * @param recordings by name; several of one name are joined by {@code or}
 * @param alerts in the order of the file
 */
record Rules(Map<String, Expression> recordings, List<Alert> alerts) {

	/**
	 * An alerting rule.
	 *
	 * @param forSeconds how long its expression must hold
	 */
	record Alert(String name, Expression expression, double forSeconds, String severity, String summary,
			String runbook) {
	}

	/** Reads rule files. */
	static Rules read(List<String> files) {
		Map<String, Expression> recordings = new LinkedHashMap<>();
		List<Alert> alerts = new ArrayList<>();
		for (String file : files) {
			Map<?, ?> document = new Yaml(new SafeConstructor(new LoaderOptions())).load(file);
			for (Map<?, ?> group : maps(document, "groups")) {
				for (Map<?, ?> rule : maps(group, "rules")) {
					read(rule, recordings, alerts);
				}
			}
		}
		return new Rules(recordings, alerts);
	}

	private static void read(Map<?, ?> rule, Map<String, Expression> recordings, List<Alert> alerts) {
		Expression expression = Expression.parse(text(rule, "expr"));
		Map<?, ?> labels = map(rule, "labels");
		if (rule.get("record") != null) {
			if (!labels.isEmpty()) {
				Map<String, String> added = new TreeMap<>();
				labels.forEach((name, value) -> added.put(String.valueOf(name), String.valueOf(value)));
				expression = new Expression.Labelled(added, expression);
			}
			recordings.merge(text(rule, "record"), expression,
					(one, other) -> new Expression.Operation("or", null, false, one, other));
			return;
		}
		Map<?, ?> annotations = map(rule, "annotations");
		String wait = rule.containsKey("for") ? text(rule, "for") : "0s";
		String runbook = text(annotations, "runbook_url");
		alerts.add(new Alert(text(rule, "alert"), expression, ExpressionParser.seconds(wait), text(labels, "severity"),
				// a template's value is for a pager; here the text stands beside a chart
				text(annotations, "summary").replaceAll("\\s*\\([^()]*\\{\\{[^}]*}}[^()]*\\)", ""),
				runbook.substring(runbook.indexOf('#') + 1)));
	}

	private static List<Map<?, ?>> maps(Map<?, ?> parent, String name) {
		List<Map<?, ?>> maps = new ArrayList<>();
		if (parent.get(name) instanceof List<?> list) {
			for (Object item : list) {
				if (item instanceof Map<?, ?> map) {
					maps.add(map);
				}
			}
		}
		return maps;
	}

	private static Map<?, ?> map(Map<?, ?> parent, String name) {
		return (parent.get(name) instanceof Map<?, ?> map) ? map : Map.of();
	}

	private static String text(Map<?, ?> map, String name) {
		return String.valueOf(map.get(name));
	}

	/**
	 * Adds the metrics that an expression reads, through recordings down to the
	 * services'.
	 */
	void metrics(Expression expression, Set<String> found) {
		metrics(expression, found, new HashSet<>());
	}

	private void metrics(Expression expression, Set<String> found, Set<String> seen) {
		switch (expression) {
			case Expression.Constant _ -> {
			}
			case Expression.Selector selector -> {
				Expression recorded = this.recordings.get(selector.metric());
				if (recorded == null) {
					found.add(selector.metric());
				}
				else if (seen.add(selector.metric())) {
					metrics(recorded, found, seen);
				}
			}
			case Expression.Call call -> call.arguments().forEach((argument) -> metrics(argument, found, seen));
			case Expression.Aggregation aggregation -> metrics(aggregation.of(), found, seen);
			case Expression.Labelled labelled -> metrics(labelled.of(), found, seen);
			case Expression.Operation operation -> {
				metrics(operation.left(), found, seen);
				metrics(operation.right(), found, seen);
			}
		}
	}

	/** A summary with the labels of one result in it. */
	static String summary(String template, Labels labels) {
		Map<String, String> values = new HashMap<>(labels.values());
		String text = template;
		for (Map.Entry<String, String> label : values.entrySet()) {
			text = text.replace("{{ $labels." + label.getKey() + " }}", label.getValue());
		}
		return text;
	}

}
