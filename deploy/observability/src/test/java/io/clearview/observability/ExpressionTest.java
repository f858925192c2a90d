package io.clearview.observability;

import java.util.Set;

import io.clearview.observability.Expression.Selector;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ExpressionTest {

	@Test
	void findsWhatIsReadAndByWhichLabels() {
		Expression expression = Expression
			.of("sum by (tier) (rate(a_total{x=\"1,y\", z=~\"p|q\"}[5m])) / on () group_left (job) (b:c:rate5m or vector(0))");

		assertThat(expression.selectors()).containsExactly(
				new Selector("a_total", Set.of("x", "z"), "a_total{x=\"1,y\", z=~\"p|q\"}"),
				new Selector("b:c:rate5m", Set.of(), "b:c:rate5m"));
		assertThat(expression.grouping()).containsExactlyInAnyOrder("tier", "job");
	}

	@Test
	void comparisonsNoLongerLeaveAnythingOut() {
		assertThat(Expression.of("a{b!=\"c\"} > 14.4 * 0.001 and d == 0").unfiltered())
			.isEqualTo("a{b!=\"c\"} > bool  14.4 * 0.001 and d == bool  0");
	}

	@Test
	void numbersDurationsAndTextsAreNoMetrics() {
		assertThat(Expression
			.of("histogram_quantile(0.99, label_replace(a[1h] offset 5m, \"to\", 'x', 'b', '(.*)')) * 1e3")
			.selectors()).extracting(Selector::metric).containsExactly("a");
	}

}
