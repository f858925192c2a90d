package io.clearview.observability;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The metrics that {@code docs/operations.md} explains, and those that rules record. */
final class Catalogue {

	/** What Prometheus adds to everything it scrapes. */
	private static final Set<String> TARGET = Set.of("job", "instance");

	private static final Pattern ROW = Pattern
		.compile("\\| `([a-z0-9_]+)` \\|([^|\\n]*)\\|([^|\\n]*)\\|([^|\\n]*)\\|([^|\\n]*)\\|");

	private static final Pattern LABEL = Pattern.compile("`(\\w+)`");

	private final List<Metric> metrics = new ArrayList<>();

	private final Map<String, Set<String>> samples = new LinkedHashMap<>();

	/**
	 * A row of the table.
	 *
	 * @param name of the family, as Prometheus knows it
	 * @param type counter, gauge, histogram or summary
	 * @param labels it has
	 * @param services that have it
	 * @param series at most so many label sets an instance
	 */
	record Metric(String name, String type, Set<String> labels, String services, int series) {
	}

	Catalogue() {
		Matcher rows = ROW.matcher(Project.read(Project.OPERATIONS));
		while (rows.find()) {
			Set<String> labels = new LinkedHashSet<>();
			LABEL.matcher(rows.group(4)).results().forEach((label) -> labels.add(label.group(1)));
			this.metrics.add(new Metric(rows.group(1), rows.group(2).strip().split(",")[0], labels,
					rows.group(3).strip(), Integer.parseInt(rows.group(5).strip())));
		}
		this.samples.put("up", TARGET);
		this.metrics.forEach(this::addSamples);
		Rule.all().stream().filter((rule) -> !rule.alert()).forEach((rule) -> {
			String level = rule.name().substring(0, rule.name().indexOf(':'));
			this.samples.put(rule.name(), level.equals("clearview") ? Set.of() : Set.of(level.split("_")));
		});
	}

	private void addSamples(Metric metric) {
		Set<String> labels = new LinkedHashSet<>(metric.labels());
		labels.addAll(TARGET);
		switch (metric.type()) {
			case "counter", "gauge" -> this.samples.put(metric.name(), labels);
			case "histogram", "summary" -> {
				this.samples.put(metric.name() + "_count", labels);
				this.samples.put(metric.name() + "_sum", labels);
				this.samples.put(metric.name() + "_max", labels);
				Set<String> bucket = new LinkedHashSet<>(labels);
				bucket.add("le");
				if (metric.type().equals("histogram")) {
					this.samples.put(metric.name() + "_bucket", bucket);
				}
			}
			default -> throw new IllegalArgumentException(
					metric + ": expected counter, gauge, histogram or summary, found " + metric.type());
		}
	}

	/** The rows of the table. */
	List<Metric> metrics() {
		return this.metrics;
	}

	/** The labels of a sample of this name; empty when there is no such metric. */
	Optional<Set<String>> labels(String sample) {
		return Optional.ofNullable(this.samples.get(sample));
	}

}
