package io.clearview.console.query;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/** A parsed PromQL expression, as far as dashboards and rules use the language. */
sealed interface Expression {

	/** A number. */
	record Constant(double value) implements Expression {
	}

	/**
	 * Series by name and labels.
	 *
	 * @param windowSeconds how far back it reaches; 0 for the newest value alone
	 */
	record Selector(String metric, List<Matcher> matchers, double windowSeconds) implements Expression {

		Predicate<Labels> predicate() {
			return (labels) -> this.matchers.stream().allMatch((matcher) -> matcher.matches(labels));
		}

	}

	/** A condition on a label. */
	record Matcher(String label, Predicate<String> condition) {

		boolean matches(Labels labels) {
			return this.condition.test(labels.get(this.label));
		}

	}

	/** {@code rate(x[5m])} and its like. */
	record Call(String function, List<Expression> arguments) implements Expression {
	}

	/**
	 * {@code sum by (a) (x)}.
	 *
	 * @param without whether the labels are those that are dropped
	 */
	record Aggregation(String operator, List<String> labels, boolean without, Expression of) implements Expression {
	}

	/**
	 * {@code x / on (a) y}.
	 *
	 * @param on labels to match by; null for all
	 */
	record Operation(String operator, @Nullable List<String> on, boolean groupLeft, Expression left,
			Expression right) implements Expression {
	}

	/** What it is of, with labels added: a recording rule's. */
	record Labelled(Map<String, String> labels, Expression of) implements Expression {
	}

	/** Parses an expression; names what it cannot read. */
	static Expression parse(String text) {
		return new ExpressionParser(text).parse();
	}

}
