package io.clearview.observability;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.clearview.observability.Expression.Selector;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every metric and label that a rule or dashboard reads is one that the table in
 * {@code docs/operations.md} explains.
 */
class ReferencesTest {

	private static final Catalogue CATALOGUE = new Catalogue();

	@ParameterizedTest
	@MethodSource("rules")
	void aRuleReadsOnlyWhatThereIs(Rule rule) {
		check(rule.expression());
	}

	@ParameterizedTest
	@MethodSource("panels")
	void aPanelReadsOnlyWhatThereIs(Panel panel) {
		Set<String> labels = check(panel.expression());
		assertThat(labels).containsAll(panel.legend());
	}

	private static Set<String> check(Expression expression) {
		assertThat(expression.selectors()).isNotEmpty();
		Set<String> all = new LinkedHashSet<>();
		for (Selector selector : expression.selectors()) {
			Optional<Set<String>> labels = CATALOGUE.labels(selector.metric());
			assertThat(labels).as("metric " + selector.metric()).isPresent();
			assertThat(labels.get()).as("labels of " + selector.metric()).containsAll(selector.labels());
			all.addAll(labels.get());
		}
		assertThat(all).as("labels that " + expression.text() + " groups by").containsAll(expression.grouping());
		return all;
	}

	static List<Rule> rules() {
		return Rule.all();
	}

	static List<Panel> panels() {
		return Panel.all();
	}

}
