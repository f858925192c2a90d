package io.clearview.console.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** Reads PromQL by recursive descent, one method a level of precedence. */
final class ExpressionParser {

	private static final Pattern TOKEN = Pattern.compile(
			"""
					\\s*(?:(?<string>"(?:[^"\\\\]|\\\\.)*")|(?<number>[0-9]+(?:\\.[0-9]+)?(?:e[+-]?[0-9]+)?(?![a-zA-Z0-9]))\
					|(?<duration>[0-9]+(?:ms|[smhdw]))|(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)|(?<symbol>=~|!~|!=|==|>=|<=|[-+*/<>=(){}\\[\\],]))""");

	private static final Set<String> AGGREGATIONS = Set.of("sum", "min", "max", "avg", "count");

	private static final List<Set<String>> LEVELS = List.of(Set.of("or"), Set.of("and", "unless"),
			Set.of("==", "!=", ">", "<", ">=", "<="), Set.of("+", "-"), Set.of("*", "/"));

	private final String text;

	private final List<String> tokens = new ArrayList<>();

	private int at;

	ExpressionParser(String text) {
		this.text = text;
		Matcher matcher = TOKEN.matcher(text);
		int end = 0;
		while (end < text.length() && matcher.find(end) && matcher.start() == end) {
			this.tokens.add(matcher.group().strip());
			end = matcher.end();
		}
		if (!text.substring(end).isBlank()) {
			throw new IllegalArgumentException("Cannot read '" + text.substring(end) + "' in " + text);
		}
	}

	Expression parse() {
		Expression whole = level(0);
		if (this.at < this.tokens.size()) {
			throw wrong("the end");
		}
		return whole;
	}

	private Expression level(int level) {
		if (level == LEVELS.size()) {
			return unary();
		}
		Expression left = level(level + 1);
		while (LEVELS.get(level).contains(peek())) {
			String operator = next();
			List<String> on = null;
			boolean groupLeft = false;
			if (peek().equals("on")) {
				next();
				on = names();
			}
			if (peek().equals("group_left")) {
				next();
				groupLeft = true;
				if (peek().equals("(")) {
					names();
				}
			}
			left = new Expression.Operation(operator, on, groupLeft, left, level(level + 1));
		}
		return left;
	}

	private Expression unary() {
		if (peek().equals("-")) {
			next();
			return new Expression.Operation("*", null, false, new Expression.Constant(-1), unary());
		}
		return primary();
	}

	private Expression primary() {
		String token = next();
		if (token.equals("(")) {
			Expression inner = level(0);
			expect(")");
			return inner;
		}
		if (Character.isDigit(token.charAt(0))) {
			return new Expression.Constant(Double.parseDouble(token));
		}
		if (AGGREGATIONS.contains(token) && Set.of("(", "by", "without").contains(peek())) {
			return aggregation(token);
		}
		if (peek().equals("(")) {
			next();
			List<Expression> arguments = new ArrayList<>();
			while (!peek().equals(")")) {
				arguments.add(level(0));
				if (peek().equals(",")) {
					next();
				}
			}
			expect(")");
			return new Expression.Call(token, arguments);
		}
		return selector(token);
	}

	private Expression aggregation(String operator) {
		List<String> labels = List.of();
		boolean without = false;
		if (!peek().equals("(")) {
			without = next().equals("without");
			labels = names();
		}
		expect("(");
		Expression of = level(0);
		expect(")");
		return new Expression.Aggregation(operator, labels, without, of);
	}

	private Expression selector(String metric) {
		if (!metric.matches("[a-zA-Z_:][a-zA-Z0-9_:]*")) {
			throw wrong("a metric");
		}
		List<Expression.Matcher> matchers = new ArrayList<>();
		if (peek().equals("{")) {
			next();
			while (!peek().equals("}")) {
				String label = next();
				String operator = next();
				String quoted = next();
				String value = quoted.substring(1, quoted.length() - 1).replace("\\\\", "\\");
				matchers.add(new Expression.Matcher(label, condition(operator, value)));
				if (peek().equals(",")) {
					next();
				}
			}
			expect("}");
		}
		double window = 0;
		if (peek().equals("[")) {
			next();
			window = seconds(next());
			expect("]");
		}
		return new Expression.Selector(metric, matchers, window);
	}

	private static Predicate<String> condition(String operator, String value) {
		return switch (operator) {
			case "=" -> value::equals;
			case "!=" -> (given) -> !given.equals(value);
			case "=~" -> Pattern.compile(value).asMatchPredicate();
			case "!~" -> Pattern.compile(value).asMatchPredicate().negate();
			default -> throw new IllegalArgumentException("Expected =, !=, =~ or !~, found " + operator);
		};
	}

	static double seconds(String duration) {
		int number = Integer.parseInt(duration.replaceAll("[a-z]+$", ""));
		return switch (duration.replaceAll("^[0-9]+", "")) {
			case "ms" -> number / 1000.0;
			case "s" -> number;
			case "m" -> number * 60.0;
			case "h" -> number * 3600.0;
			case "d" -> number * 86_400.0;
			default -> number * 604_800.0;
		};
	}

	private List<String> names() {
		List<String> names = new ArrayList<>();
		expect("(");
		while (!peek().equals(")")) {
			names.add(next());
			if (peek().equals(",")) {
				next();
			}
		}
		expect(")");
		return names;
	}

	private String peek() {
		return (this.at < this.tokens.size()) ? this.tokens.get(this.at) : "";
	}

	private String next() {
		if (this.at >= this.tokens.size()) {
			throw wrong("more");
		}
		return this.tokens.get(this.at++);
	}

	private void expect(String token) {
		if (!peek().equals(token)) {
			throw wrong(token);
		}
		next();
	}

	private IllegalArgumentException wrong(@Nullable String expected) {
		return new IllegalArgumentException(
				"Expected " + expected + ", found '" + peek() + "' at token " + this.at + " of " + this.text);
	}

}
