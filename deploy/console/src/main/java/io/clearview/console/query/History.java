package io.clearview.console.query;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What the services' metrics were in the last ten minutes, one value a scrape. Bounded:
 * it keeps the metrics that are asked for only, and {@value #MAX_SERIES} series at most;
 * those not seen for as long as it reaches back make room. Safe for use by several
 * threads.
 */
public final class History {

	/** Seconds between two scrapes. */
	public static final int STEP_SECONDS = 2;

	/** Scrapes of ten minutes. */
	static final int CAPACITY = 600 / STEP_SECONDS;

	static final int MAX_SERIES = 6_000;

	private final Set<String> wanted;

	private final Map<String, Map<Labels, Series>> metrics = new HashMap<>();

	private int series;

	private long scrapes;

	/** Keeps these metrics. */
	public History(Set<String> wanted) {
		this.wanted = Set.copyOf(wanted);
	}

	/** A value seen in the scrape that is going on. */
	public record Value(String metric, Map<String, String> labels, double value) {
	}

	/** Adds a scrape of all services; returns its number. */
	public synchronized long add(List<Value> values) {
		long scrape = this.scrapes;
		if (scrape % CAPACITY == 0) {
			forget(scrape);
		}
		for (Value value : values) {
			if (this.wanted.contains(value.metric())) {
				Map<Labels, Series> all = this.metrics.computeIfAbsent(value.metric(), (_) -> new HashMap<>());
				Labels labels = Labels.of(value.labels());
				Series known = all.get(labels);
				if (known == null && this.series < MAX_SERIES) {
					known = new Series(CAPACITY);
					all.put(labels, known);
					this.series++;
				}
				if (known != null) {
					known.set(scrape, value.value());
				}
			}
		}
		this.scrapes++;
		return scrape;
	}

	private void forget(long scrape) {
		for (Map<Labels, Series> all : this.metrics.values()) {
			int before = all.size();
			all.values().removeIf((series) -> series.last() < scrape - CAPACITY);
			this.series -= before - all.size();
		}
	}

	/** How many scrapes there were. */
	public synchronized long scrapes() {
		return this.scrapes;
	}

	/** The values of the series that match, from one scrape to another inclusive. */
	synchronized Map<Labels, double[]> read(String metric, Predicate<Labels> matcher, long from, long to) {
		Map<Labels, double[]> found = new HashMap<>();
		this.metrics.getOrDefault(metric, Map.of()).forEach((labels, series) -> {
			if (matcher.test(labels)) {
				double[] values = new double[(int) (to - from + 1)];
				for (long scrape = from; scrape <= to; scrape++) {
					values[(int) (scrape - from)] = series.get(scrape);
				}
				found.put(labels, values);
			}
		});
		return found;
	}

}
