package io.clearview.observability;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a service says of itself at {@code /actuator/prometheus}. */
final class Exposition {

	private static final Pattern TYPE = Pattern.compile("# TYPE (\\w+) (\\w+)");

	private static final Pattern SAMPLE = Pattern.compile("([a-z0-9_]+)(?:\\{(.*)})? \\S+(?: \\S+)?(?: # .*)?");

	private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

	private final Map<String, Family> families = new LinkedHashMap<>();

	/**
	 * A family of samples.
	 *
	 * @param type as Prometheus knows it
	 * @param labels of its samples, but for bucket bounds
	 * @param series different sets of their values
	 */
	record Family(String type, Set<String> labels, Set<String> series) {
	}

	Exposition(String text) {
		Map<String, String> types = new HashMap<>();
		text.lines().forEach((line) -> {
			Matcher type = TYPE.matcher(line);
			Matcher sample = SAMPLE.matcher(line);
			if (type.matches()) {
				types.put(type.group(1), type.group(2));
			}
			else if (!line.startsWith("#") && sample.matches()) {
				add(family(sample.group(1), types), types, (sample.group(2) != null) ? sample.group(2) : "");
			}
		});
	}

	private void add(String name, Map<String, String> types, String labels) {
		Family family = this.families.computeIfAbsent(name,
				(_) -> new Family(types.getOrDefault(name, "untyped"), new TreeSet<>(), new LinkedHashSet<>()));
		Map<String, String> values = new LinkedHashMap<>();
		LABEL.matcher(labels).results().forEach((label) -> values.put(label.group(1), label.group(2)));
		values.remove("le");
		values.remove("quantile");
		family.labels().addAll(values.keySet());
		family.series().add(values.toString());
	}

	/** Samples of histograms and summaries belong to the family without their ending. */
	private static String family(String sample, Map<String, String> types) {
		for (String ending : new String[] { "_bucket", "_count", "_sum", "_max" }) {
			String name = sample.substring(0, Math.max(0, sample.length() - ending.length()));
			if (sample.endsWith(ending) && Set.of("histogram", "summary").contains(types.getOrDefault(name, ""))) {
				return name;
			}
		}
		return sample;
	}

	/** By name. */
	Map<String, Family> families() {
		return this.families;
	}

}
