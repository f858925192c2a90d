package io.clearview.bench.measure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A reading of a service's metrics, in Prometheus' text format.
 *
 * @param samples value by name and labels, as they are written there
 */
public record Metrics(Map<String, Double> samples) {

	/** Of a service that does not answer. */
	public static final Metrics NONE = new Metrics(Map.of());

	public Metrics {
		samples = Map.copyOf(samples);
	}

	/** Reads the text format; comments, and lines that are none, are skipped. */
	public static Metrics parse(String text) {
		Map<String, Double> samples = new HashMap<>();
		text.lines().filter((line) -> !line.isEmpty() && line.charAt(0) != '#').forEach((line) -> {
			int end = line.lastIndexOf('}') + 1;
			int space = line.indexOf(' ', end);
			if (space > 0) {
				samples.merge(line.substring(0, space), number(line.substring(space + 1).strip()), Double::sum);
			}
		});
		return new Metrics(samples);
	}

	private static double number(String text) {
		return switch (text.split(" ")[0]) {
			case "+Inf" -> Double.POSITIVE_INFINITY;
			case "-Inf" -> Double.NEGATIVE_INFINITY;
			case String finite -> Double.parseDouble(finite);
		};
	}

	/**
	 * Sum of all samples of that name which carry every one of the labels; 0 if none
	 * does.
	 * @param labels as {@code name="value"}
	 */
	public double sum(String name, String... labels) {
		double sum = 0;
		for (Map.Entry<String, Double> sample : this.samples.entrySet()) {
			String key = sample.getKey();
			if (key.startsWith(name) && (key.length() == name.length() || key.charAt(name.length()) == '{')
					&& List.of(labels).stream().allMatch(key::contains)) {
				sum += sample.getValue();
			}
		}
		return sum;
	}

	/** What was added since {@code earlier}: for counters. */
	public Metrics since(Metrics earlier) {
		Map<String, Double> grown = new HashMap<>();
		this.samples.forEach((key, value) -> grown.put(key, value - earlier.samples.getOrDefault(key, 0.0)));
		return new Metrics(grown);
	}

	/** Readings of several instances as one. */
	public static Metrics sum(List<Metrics> readings) {
		Map<String, Double> sum = new HashMap<>();
		for (Metrics reading : new ArrayList<>(readings)) {
			reading.samples.forEach((key, value) -> sum.merge(key, value, Double::sum));
		}
		return new Metrics(sum);
	}

}
