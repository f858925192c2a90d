package io.clearview.console.query;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/**
 * Evaluates expressions over a stretch of the history, all its scrapes at once: a result
 * is a row of values for each set of labels. A window that reaches back further than the
 * history, or than the longest that is asked for, is as long as there is history. Rates
 * are the increase divided by the time between the first and the last value, without
 * Prometheus's extrapolation to the window's edges.
 */
final class Evaluator {

	private final History history;

	private final Map<String, Expression> recordings;

	private final double longestWindow;

	private final long from;

	private final long to;

	private final int width;

	/**
	 * For the scrapes from one to another, inclusive.
	 * @param recordings expressions of recording rules by name; several of one name are
	 * under {@code name} as a union
	 * @param longestWindow the longest window in seconds, for fresher rates
	 */
	Evaluator(History history, Map<String, Expression> recordings, double longestWindow, long from, long to) {
		this.history = history;
		this.recordings = recordings;
		this.longestWindow = longestWindow;
		this.from = from;
		this.to = to;
		this.width = (int) (to - from + 1);
	}

	Map<Labels, double[]> evaluate(Expression expression) {
		return switch (expression) {
			case Expression.Constant constant -> {
				double[] row = new double[this.width];
				Arrays.fill(row, constant.value());
				yield Map.of(Labels.NONE, row);
			}
			case Expression.Selector selector -> instant(selector);
			case Expression.Call call -> call(call);
			case Expression.Aggregation aggregation -> aggregate(aggregation);
			case Expression.Operation operation -> operate(operation);
			case Expression.Labelled labelled -> {
				Map<Labels, double[]> result = new HashMap<>();
				evaluate(labelled.of()).forEach((labels, values) -> {
					Labels all = labels;
					for (Map.Entry<String, String> label : labelled.labels().entrySet()) {
						all = all.with(label.getKey(), label.getValue());
					}
					result.put(all, values);
				});
				yield result;
			}
		};
	}

	private Map<Labels, double[]> instant(Expression.Selector selector) {
		Expression recorded = this.recordings.get(selector.metric());
		if (recorded == null) {
			return this.history.read(selector.metric(), selector.predicate(), this.from, this.to);
		}
		Map<Labels, double[]> all = new HashMap<>(evaluate(recorded));
		all.keySet().removeIf(selector.predicate().negate());
		return all;
	}

	private Map<Labels, double[]> call(Expression.Call call) {
		if (call.function().equals("histogram_quantile")) {
			Map<Labels, double[]> quantile = evaluate(call.arguments().getFirst());
			return quantiles(quantile.values().iterator().next()[0], evaluate(call.arguments().get(1)));
		}
		if (call.function().equals("clamp_min") || call.function().equals("clamp_max")) {
			double bound = evaluate(call.arguments().get(1)).values().iterator().next()[0];
			return clamp(evaluate(call.arguments().getFirst()), call.function().equals("clamp_min")
					? (value) -> Math.max(value, bound) : (value) -> Math.min(value, bound));
		}
		if (!(call.arguments().getFirst() instanceof Expression.Selector selector)) {
			throw new IllegalArgumentException("Expected a selector in " + call.function());
		}
		int window = (int) Math.max(2, Math.min(selector.windowSeconds(), this.longestWindow) / History.STEP_SECONDS);
		long first = Math.max(0, this.from - window);
		Map<Labels, double[]> raw = this.recordings.containsKey(selector.metric())
				? new Evaluator(this.history, this.recordings, this.longestWindow, first, this.to).instant(selector)
				: this.history.read(selector.metric(), selector.predicate(), first, this.to);
		Map<Labels, double[]> result = new HashMap<>();
		raw.forEach((labels, values) -> {
			double[] row = new double[this.width];
			for (int i = 0; i < this.width; i++) {
				int end = (int) (this.from - first) + i;
				row[i] = over(call.function(), values, Math.max(0, end - window), end);
			}
			result.put(labels, row);
		});
		return result;
	}

	private static Map<Labels, double[]> clamp(Map<Labels, double[]> rows, DoubleUnaryOperator bound) {
		Map<Labels, double[]> result = new HashMap<>();
		rows.forEach((labels, values) -> result.put(labels, Arrays.stream(values).map(bound).toArray()));
		return result;
	}

	/** A function of the values from one place to another, inclusive. */
	private static double over(String function, double[] values, int start, int end) {
		double sum = 0;
		double max = Double.NaN;
		int count = 0;
		double increase = 0;
		double before = Double.NaN;
		int first = -1;
		int last = -1;
		for (int i = start; i <= end; i++) {
			double value = values[i];
			if (Double.isNaN(value)) {
				continue;
			}
			if (!Double.isNaN(before)) {
				// a counter that became smaller began anew
				increase += (value >= before) ? value - before : value;
			}
			before = value;
			first = (first < 0) ? i : first;
			last = i;
			sum += value;
			max = (Double.isNaN(max) || value > max) ? value : max;
			count++;
		}
		return switch (function) {
			case "rate" -> (count < 2) ? Double.NaN : increase / ((last - first) * (double) History.STEP_SECONDS);
			case "increase" -> (count < 2) ? Double.NaN : increase;
			case "avg_over_time" -> (count == 0) ? Double.NaN : sum / count;
			case "max_over_time" -> max;
			default -> throw new IllegalArgumentException("There is no function " + function + " here");
		};
	}

	private Map<Labels, double[]> aggregate(Expression.Aggregation aggregation) {
		Map<Labels, double[]> result = new HashMap<>();
		Map<Labels, int[]> counts = new HashMap<>();
		evaluate(aggregation.of()).forEach((labels, values) -> {
			Labels group = aggregation.without() ? labels.without(aggregation.labels())
					: labels.only(aggregation.labels());
			double[] row = result.computeIfAbsent(group, (_) -> missing());
			int[] count = counts.computeIfAbsent(group, (_) -> new int[this.width]);
			for (int i = 0; i < this.width; i++) {
				if (!Double.isNaN(values[i])) {
					count[i]++;
					row[i] = Double.isNaN(row[i]) ? values[i] : switch (aggregation.operator()) {
						case "max" -> Math.max(row[i], values[i]);
						case "min" -> Math.min(row[i], values[i]);
						default -> row[i] + values[i];
					};
				}
			}
		});
		if (Set.of("avg", "count").contains(aggregation.operator())) {
			result.forEach((group, row) -> {
				int[] count = counts.getOrDefault(group, new int[this.width]);
				for (int i = 0; i < this.width; i++) {
					row[i] = aggregation.operator().equals("count") ? count[i] : row[i] / count[i];
				}
			});
		}
		return result;
	}

	private double[] missing() {
		double[] row = new double[this.width];
		Arrays.fill(row, Double.NaN);
		return row;
	}

	private Map<Labels, double[]> operate(Expression.Operation operation) {
		Map<Labels, double[]> left = evaluate(operation.left());
		Map<Labels, double[]> right = evaluate(operation.right());
		return switch (operation.operator()) {
			case "or" -> union(left, right);
			case "and", "unless" -> intersection(operation, left, right);
			default -> arithmetic(operation, left, right);
		};
	}

	private Map<Labels, double[]> union(Map<Labels, double[]> left, Map<Labels, double[]> right) {
		Map<Labels, double[]> result = new HashMap<>(left);
		right.forEach((labels, values) -> result.merge(labels, values, (mine, other) -> {
			double[] row = mine.clone();
			for (int i = 0; i < this.width; i++) {
				row[i] = Double.isNaN(row[i]) ? other[i] : row[i];
			}
			return row;
		}));
		return result;
	}

	private Map<Labels, double[]> intersection(Expression.Operation operation, Map<Labels, double[]> left,
			Map<Labels, double[]> right) {
		Map<Labels, double[]> keys = new HashMap<>();
		right.forEach((labels, values) -> {
			double[] row = keys.computeIfAbsent(key(operation, labels), (_) -> missing());
			for (int i = 0; i < this.width; i++) {
				row[i] = Double.isNaN(row[i]) ? values[i] : row[i];
			}
		});
		boolean wanted = operation.operator().equals("and");
		Map<Labels, double[]> result = new HashMap<>();
		left.forEach((labels, values) -> {
			double[] other = keys.getOrDefault(key(operation, labels), missing());
			double[] row = values.clone();
			for (int i = 0; i < this.width; i++) {
				row[i] = (Double.isNaN(other[i]) == wanted) ? Double.NaN : row[i];
			}
			result.put(labels, row);
		});
		return result;
	}

	private Map<Labels, double[]> arithmetic(Expression.Operation operation, Map<Labels, double[]> left,
			Map<Labels, double[]> right) {
		DoubleBinaryOperator operator = operator(operation.operator());
		boolean leftNumber = operation.left() instanceof Expression.Constant || constant(operation.left());
		boolean rightNumber = operation.right() instanceof Expression.Constant || constant(operation.right());
		Map<Labels, double[]> result = new HashMap<>();
		if (leftNumber && !rightNumber) {
			double[] number = left.values().iterator().next();
			right.forEach((labels, values) -> result.put(labels, each(number, values, operator)));
		}
		else if (rightNumber) {
			double[] number = right.values().iterator().next();
			left.forEach((labels, values) -> result.put(labels, each(values, number, operator)));
		}
		else {
			Map<Labels, double[]> keys = new HashMap<>();
			right.forEach((labels, values) -> keys.put(key(operation, labels), values));
			left.forEach((labels, values) -> {
				double[] other = keys.get(key(operation, labels));
				if (other != null) {
					result.put(operation.groupLeft() ? labels : key(operation, labels), each(values, other, operator));
				}
			});
		}
		return result;
	}

	private static boolean constant(Expression expression) {
		return expression instanceof Expression.Operation operation && constantOrNumber(operation.left())
				&& constantOrNumber(operation.right());
	}

	private static boolean constantOrNumber(Expression expression) {
		return expression instanceof Expression.Constant || constant(expression);
	}

	private double[] each(double[] left, double[] right, DoubleBinaryOperator operator) {
		double[] row = new double[this.width];
		for (int i = 0; i < this.width; i++) {
			row[i] = operator.applyAsDouble(left[i], right[i]);
		}
		return row;
	}

	private static DoubleBinaryOperator operator(String name) {
		return switch (name) {
			case "+" -> Double::sum;
			case "-" -> (a, b) -> a - b;
			case "*" -> (a, b) -> a * b;
			case "/" -> (a, b) -> a / b;
			case "==" -> (a, b) -> (a == b) ? a : Double.NaN;
			case "!=" -> (a, b) -> (a != b && !Double.isNaN(b)) ? a : Double.NaN;
			case ">" -> (a, b) -> (a > b) ? a : Double.NaN;
			case "<" -> (a, b) -> (a < b) ? a : Double.NaN;
			case ">=" -> (a, b) -> (a >= b) ? a : Double.NaN;
			case "<=" -> (a, b) -> (a <= b) ? a : Double.NaN;
			default -> throw new IllegalArgumentException("There is no operator " + name);
		};
	}

	private static Labels key(Expression.Operation operation, Labels labels) {
		List<String> on = operation.on();
		return (on != null) ? labels.only(on) : labels;
	}

	/** Linear between the bounds of the bucket that the quantile falls into. */
	private Map<Labels, double[]> quantiles(double quantile, Map<Labels, double[]> buckets) {
		Map<Labels, TreeMap<Double, double[]>> groups = new HashMap<>();
		buckets
			.forEach((labels, values) -> groups.computeIfAbsent(labels.without(List.of("le")), (_) -> new TreeMap<>())
				.put(Exposition.number(labels.get("le")), values));
		Map<Labels, double[]> result = new HashMap<>();
		groups.forEach((labels, bounds) -> {
			double[] row = new double[this.width];
			for (int i = 0; i < this.width; i++) {
				row[i] = quantile(quantile, bounds, i);
			}
			result.put(labels, row);
		});
		return result;
	}

	private static double quantile(double quantile, TreeMap<Double, double[]> bounds, int at) {
		Collection<double[]> rows = bounds.values();
		double total = Double.NaN;
		for (double[] row : rows) {
			total = Double.isNaN(row[at]) ? total : row[at];
		}
		if (Double.isNaN(total) || total <= 0) {
			return Double.NaN;
		}
		double wanted = quantile * total;
		double lower = 0;
		double below = 0;
		for (Map.Entry<Double, double[]> bucket : bounds.entrySet()) {
			double count = bucket.getValue()[at];
			if (Double.isNaN(count)) {
				continue;
			}
			double upper = bucket.getKey();
			if (count >= wanted) {
				if (Double.isInfinite(upper) || count <= below) {
					return lower;
				}
				return lower + (upper - lower) * (wanted - below) / (count - below);
			}
			lower = upper;
			below = count;
		}
		return lower;
	}

}
