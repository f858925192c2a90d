package io.clearview.console.query;

import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The labels of a series, without its name, in order.
 *
 * @param values by label name
 */
record Labels(SortedMap<String, String> values) {

	static final Labels NONE = new Labels(new TreeMap<>());

	static Labels of(Map<String, String> values) {
		return new Labels(new TreeMap<>(values));
	}

	String get(String name) {
		return this.values.getOrDefault(name, "");
	}

	Labels with(String name, String value) {
		SortedMap<String, String> copy = new TreeMap<>(this.values);
		copy.put(name, value);
		return new Labels(copy);
	}

	Labels only(Collection<String> names) {
		return keep(names::contains);
	}

	Labels without(Collection<String> names) {
		return keep((name) -> !names.contains(name));
	}

	private Labels keep(Predicate<String> kept) {
		SortedMap<String, String> copy = new TreeMap<>(this.values);
		copy.keySet().removeIf((name) -> !kept.test(name));
		return new Labels(copy);
	}

}
