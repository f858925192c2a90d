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
public record ScrapedMetrics(Map<String, Double> samples) {

	/** Of a service that does not answer. */
	public static final ScrapedMetrics NONE = new ScrapedMetrics(Map.of());

	public ScrapedMetrics {
		samples = Map.copyOf(samples);
	}

	/** Reads the text format; comments, and lines that are none, are skipped. */
	public static ScrapedMetrics parse(String text) {
		Map<String, Double> samples = new HashMap<>();
		text.lines().filter((line) -> !line.isEmpty() && line.charAt(0) != '#').forEach((line) -> {
			int end = line.lastIndexOf('}') + 1;
			int space = line.indexOf(' ', end);
			if (space > 0) {
				samples.merge(line.substring(0, space), number(line.substring(space + 1).strip()), Double::sum);
			}
		});
		return new ScrapedMetrics(samples);
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
	public ScrapedMetrics since(ScrapedMetrics earlier) {
		Map<String, Double> grown = new HashMap<>();
		this.samples.forEach((key, value) -> grown.put(key, value - earlier.samples.getOrDefault(key, 0.0)));
		return new ScrapedMetrics(grown);
	}

	/** Readings of several instances as one. */
	public static ScrapedMetrics sum(List<ScrapedMetrics> readings) {
		Map<String, Double> sum = new HashMap<>();
		for (ScrapedMetrics reading : new ArrayList<>(readings)) {
			reading.samples.forEach((key, value) -> sum.merge(key, value, Double::sum));
		}
		return new ScrapedMetrics(sum);
	}

}
