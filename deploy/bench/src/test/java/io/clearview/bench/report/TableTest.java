package io.clearview.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

class TableTest {

	private final Table table = new Table("Speed", List.of("what", "req/s"),
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
		assertThat(List.of(Table.cell(12345.6), Table.cell(12.34), Table.cell(0.567), Table.cell(0.01234),
				Table.cell(3), Table.cell(Double.NaN), Table.percent(0.912)))
			.containsExactly("12,346", "12.3", "0.57", "0.0123", "3", "–", "91.2 %");
	}

}
