package io.clearview.console.query;

import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class EvaluatorTests {

	private final History history = new History(Set.of("requests_total", "up", "took_bucket"));

	@Test
	void aRateIsTheIncreaseASecondAlsoOverARestart() {
		for (double value : new double[] { 0, 10, 20, 4, 14 }) {
			this.history.add(List.of(value("requests_total", value, "status", "200")));
		}
		// 10 + 10 + 4 (begun anew) + 10 in 8 s
		assertThat(newest("sum(rate(requests_total[1m]))")).isEqualTo(34 / 8.0);
	}

	@Test
	void aRatioOfWhatDoesNotExistIsMissingUnlessItIsToldToBeNothing() {
		add(100);
		add(120);
		String all = "sum(rate(requests_total[1m]))";
		assertThat(newest("sum(rate(requests_total{status=~\"5..\"}[1m])) / " + all)).isNaN();
		assertThat(newest("(sum(rate(requests_total{status=~\"5..\"}[1m])) or 0 * " + all + ") / " + all)).isZero();
	}

	@Test
	void aQuantileLiesWithinItsBucket() {
		for (int i = 0; i < 2; i++) {
			this.history.add(List.of(value("took_bucket", 50.0 * i, "le", "0.1"),
					value("took_bucket", 100.0 * i, "le", "0.2"), value("took_bucket", 100.0 * i, "le", "+Inf")));
		}
		assertThat(newest("histogram_quantile(0.75, sum by (le) (rate(took_bucket[1m])))")).isEqualTo(0.15,
				within(1e-9));
	}

	@Test
	void aComparisonLeavesOutWhatDoesNotHold() {
		this.history.add(List.of(value("up", 1, "job", "a"), value("up", 0, "job", "b")));
		Map<Labels, double[]> down = evaluate("up{job=~\"a|b\"} == 0");
		assertThat(down.entrySet()).filteredOn((row) -> !Double.isNaN(row.getValue()[0]))
			.extracting((row) -> row.getKey().get("job"))
			.containsExactly("b");
	}

	@Test
	void aClampedValueStaysWithinItsBound() {
		this.history.add(List.of(value("up", 5, "job", "a")));
		assertThat(newest("clamp_min(2 - sum(up), 0)")).isZero();
		assertThat(newest("clamp_max(sum(up), 3)")).isEqualTo(3);
		assertThat(newest("clamp_max(sum(up), 7)")).isEqualTo(5);
	}

	@Test
	void whatWasNotSeenForTenMinutesIsForgotten() {
		this.history.add(List.of(value("up", 1, "job", "gone")));
		for (int i = 0; i < 2 * History.CAPACITY; i++) {
			this.history.add(List.of(value("up", 1, "job", "here")));
		}
		assertThat(evaluate("up").keySet()).extracting((labels) -> labels.get("job")).containsExactly("here");
	}

	@Test
	void aQueryThatMakesNoSenseIsNamed() {
		assertThatThrownBy(() -> Expression.parse("sum(rate(up[5m])")).hasMessageContaining("Expected )");
		assertThatThrownBy(() -> Expression.parse("up & down")).hasMessageContaining("& down");
	}

	@Test
	void theTextFormatIsRead() {
		String text = "# HELP up is it\nup{job=\"a\",path=\"a\\\"b\"} 1.0\nother 3\nup{job=\"c\"} +Inf 1795793774\nup{broken 7\n";
		assertThat(Exposition.read(text, "up"::equals, Map.of("instance", "i"))).containsExactly(
				new History.Value("up", Map.of("job", "a", "path", "a\"b", "instance", "i"), 1),
				new History.Value("up", Map.of("job", "c", "instance", "i"), Double.POSITIVE_INFINITY));
	}

	private void add(double value) {
		this.history.add(List.of(value("requests_total", value, "status", "200")));
	}

	private static History.Value value(String metric, double value, String label, String labelValue) {
		return new History.Value(metric, Map.of(label, labelValue), value);
	}

	private Map<Labels, double[]> evaluate(String expression) {
		long to = this.history.scrapes() - 1;
		return new Evaluator(this.history, Map.of(), 600, to, to).evaluate(Expression.parse(expression));
	}

	private double newest(String expression) {
		return evaluate(expression).values().stream().mapToDouble((row) -> row[0]).findFirst().orElse(Double.NaN);
	}

}
