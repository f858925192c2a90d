package io.clearview.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

class ReportTableTest {

	private final ReportTable table = new ReportTable("Speed", List.of("what", "req/s"),
			List.of(List.of("all cached", "1,700"), List.of("cold", "9.5")));

	@Test
	void alignsNumbersToTheRight() {
		assertThat(this.table.text()).isEqualTo("""
				Speed
				what        req/s
				-----------------
				all cached  1,700
				cold          9.5
				""");
	}

	@Test
	void isMarkdownToo() {
		assertThat(this.table.markdown()).isEqualTo("""
				### Speed

				| what | req/s |
				| --- | ---: |
				| all cached | 1,700 |
				| cold | 9.5 |
				""");
	}

	@Test
	void roundsToWhatMatters() {
		assertThat(List.of(ReportTable.cell(12345.6), ReportTable.cell(12.34), ReportTable.cell(0.567),
				ReportTable.cell(0.01234), ReportTable.cell(3), ReportTable.cell(Double.NaN),
				ReportTable.percent(0.912)))
			.containsExactly("12,346", "12.3", "0.57", "0.0123", "3", "–", "91.2 %");
	}

}
