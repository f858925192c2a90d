package io.clearview.console.query;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Reads the text format in which services tell their metrics. */
final class Exposition {

	private Exposition() {
	}

	/**
	 * The values of the metrics that are wanted. A line that makes no sense is left out.
	 * @param added labels that each value gets, such as its job
	 */
	static List<History.Value> read(String text, Predicate<String> wanted, Map<String, String> added) {
		List<History.Value> values = new ArrayList<>();
		int start = 0;
		while (start < text.length()) {
			int end = text.indexOf('\n', start);
			end = (end < 0) ? text.length() : end;
			if (end > start && text.charAt(start) != '#') {
				line(text.substring(start, end), wanted, added, values);
			}
			start = end + 1;
		}
		return values;
	}

	private static void line(String line, Predicate<String> wanted, Map<String, String> added,
			List<History.Value> values) {
		int name = 0;
		while (name < line.length() && line.charAt(name) != '{' && line.charAt(name) != ' ') {
			name++;
		}
		String metric = line.substring(0, name);
		if (!wanted.test(metric)) {
			return;
		}
		Map<String, String> labels = new HashMap<>(added);
		int at = name;
		if (at < line.length() && line.charAt(at) == '{') {
			at = labels(line, at + 1, labels);
			if (at < 0) {
				return;
			}
		}
		String[] rest = line.substring(Math.min(at, line.length())).strip().split(" ", 2);
		try {
			values.add(new History.Value(metric, labels, number(rest[0])));
		}
		catch (NumberFormatException _) {
			// left out
		}
	}

	/** Reads labels up to the closing brace; returns what comes after it, or -1. */
	private static int labels(String line, int from, Map<String, String> labels) {
		int at = from;
		while (at < line.length() && line.charAt(at) != '}') {
			int equals = line.indexOf("=\"", at);
			if (equals < 0) {
				return -1;
			}
			String name = line.substring(at, equals);
			StringBuilder value = new StringBuilder();
			at = equals + 2;
			while (at < line.length() && line.charAt(at) != '"') {
				char c = line.charAt(at);
				if (c == '\\' && at + 1 < line.length()) {
					at++;
					c = (line.charAt(at) == 'n') ? '\n' : line.charAt(at);
				}
				value.append(c);
				at++;
			}
			labels.put(name, value.toString());
			at++;
			if (at < line.length() && line.charAt(at) == ',') {
				at++;
			}
		}
		return at + 1;
	}

	static double number(String text) {
		return switch (text) {
			case "+Inf" -> Double.POSITIVE_INFINITY;
			case "-Inf" -> Double.NEGATIVE_INFINITY;
			default -> Double.parseDouble(text);
		};
	}

}
