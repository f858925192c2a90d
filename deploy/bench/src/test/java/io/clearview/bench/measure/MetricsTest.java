package io.clearview.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

class MetricsTest {

	private static final String TEXT = """
			# HELP posts_total Posts
			# TYPE posts_total counter
			posts_total{source="near_cache",tier="free"} 10.0
			posts_total{source="near_cache",tier="pro"} 5.0
			posts_total{source="model",tier="free"} 1.0E3
			posts_total_other 7
			jvm_threads 12
			age{quantile="0.5",name="a b}"} NaN
			""";

	private final ScrapedMetrics metrics = ScrapedMetrics.parse(TEXT);

	@Test
	void addsUpWhatCarriesEveryLabel() {
		assertThat(this.metrics.sum("posts_total", "source=\"near_cache\"")).isEqualTo(15);
		assertThat(this.metrics.sum("posts_total", "source=\"near_cache\"", "tier=\"pro\"")).isEqualTo(5);
		assertThat(this.metrics.sum("posts_total")).isEqualTo(1015);
		assertThat(this.metrics.sum("jvm_threads")).isEqualTo(12);
		assertThat(this.metrics.sum("unknown")).isZero();
	}

	@Test
	void saysWhatWasAdded() {
		ScrapedMetrics later = ScrapedMetrics
			.parse("jvm_threads 20\nposts_total{source=\"model\",tier=\"free\"} 1001\n");
		assertThat(later.since(this.metrics).sum("posts_total")).isEqualTo(1);
	}

	@Test
	void addsInstancesUp() {
		assertThat(ScrapedMetrics.sum(List.of(this.metrics, this.metrics)).sum("jvm_threads")).isEqualTo(24);
	}

}
