package io.clearview.observability;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * As much of a PromQL expression as is needed to know what it reads. Prometheus itself
 * says whether it is well formed.
 *
 * @param text the expression
 * @param selectors every metric it reads
 * @param grouping labels that it groups or joins by
 * @param unfiltered the same expression whose comparisons answer 0 or 1 instead of
 * leaving out what does not hold, so that it has data whether or not an alert fires
 */
record Expression(String text, List<Selector> selectors, Set<String> grouping, String unfiltered) {

	private static final Set<String> LISTS = Set.of("by", "without", "on", "ignoring", "group_left", "group_right");

	private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset", "inf", "nan", "start",
			"end");

	private static final Pattern TOKEN = Pattern.compile("""
			(?<string>"(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*')\
			|(?<number>[0-9][0-9a-zA-Z.]*)\
			|(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)\
			|(?<comparison>==|!=|>=|<=|>|<)\
			|(?<open>[({\\[])|(?<close>[)}\\]])\
			|(?<other>=~|!~|\\S)""");

	/**
	 * A metric that an expression reads.
	 *
	 * @param metric its name
	 * @param labels that its matchers name
	 * @param text as it stands in the expression, without a range
	 */
	record Selector(String metric, Set<String> labels, String text) {

		@Override
		public String toString() {
			return this.text;
		}

	}

	static Expression of(String text) {
		return new Reader(text).read();
	}

	private record Token(String kind, String text, int start, int end) {

		boolean is(String text) {
			return this.text.equals(text);
		}

	}

	private static final class Reader {

		private final String text;

		private final List<Token> tokens = new ArrayList<>();

		private final List<Selector> selectors = new ArrayList<>();

		private final Set<String> grouping = new LinkedHashSet<>();

		private final StringBuilder unfiltered = new StringBuilder();

		private int at;

		private int copied;

		Reader(String text) {
			this.text = text;
			Matcher matcher = TOKEN.matcher(text);
			while (matcher.find()) {
				for (String kind : List.of("string", "number", "name", "comparison", "open", "close", "other")) {
					if (matcher.group(kind) != null) {
						this.tokens.add(new Token(kind, matcher.group(), matcher.start(), matcher.end()));
					}
				}
			}
		}

		Expression read() {
			while (this.at < this.tokens.size()) {
				Token token = this.tokens.get(this.at++);
				if (token.kind().equals("comparison")) {
					this.unfiltered.append(this.text, this.copied, token.end()).append(" bool ");
					this.copied = token.end();
				}
				else if (token.is("[")) {
					upTo("]");
				}
				else if (token.kind().equals("name")) {
					name(token);
				}
				else if (token.is("{")) {
					throw new IllegalArgumentException("a selector without a metric's name: " + this.text);
				}
			}
			this.unfiltered.append(this.text, this.copied, this.text.length());
			return new Expression(this.text, List.copyOf(this.selectors), Set.copyOf(this.grouping),
					this.unfiltered.toString());
		}

		private void name(Token token) {
			// an aggregation may stand before its labels: sum by (tier) (...)
			boolean called = this.at < this.tokens.size() && (this.tokens.get(this.at).is("(")
					|| Set.of("by", "without").contains(this.tokens.get(this.at).text()));
			if (LISTS.contains(token.text())) {
				if (called) {
					this.grouping.addAll(names(upTo(")")));
				}
			}
			else if (!called && !WORDS.contains(token.text())) {
				selector(token);
			}
		}

		private void selector(Token metric) {
			List<Token> matchers = List.of();
			if (this.at < this.tokens.size() && this.tokens.get(this.at).is("{")) {
				matchers = upTo("}");
			}
			int end = this.tokens.get(this.at - 1).end();
			this.selectors.add(new Selector(metric.text(), names(matchers), this.text.substring(metric.start(), end)));
		}

		private List<Token> upTo(String close) {
			int from = this.at;
			while (!this.tokens.get(this.at++).is(close)) {
				if (this.at == this.tokens.size()) {
					throw new IllegalArgumentException("no " + close + ": " + this.text);
				}
			}
			return this.tokens.subList(from, this.at);
		}

		private static Set<String> names(List<Token> tokens) {
			return tokens.stream()
				.filter((token) -> token.kind().equals("name"))
				.map(Token::text)
				.collect(Collectors.toCollection(LinkedHashSet::new));
		}

	}

}
