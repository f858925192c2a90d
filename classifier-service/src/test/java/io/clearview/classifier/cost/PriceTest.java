package io.clearview.classifier.cost;

import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PriceTest {

	@Test
	void pricesTokensByTheMillion() {
		Price price = new Price(0.15, 0.075, 0.60);
		assertThat(price.nanos(1_000_000, 0, 0)).isEqualTo(150_000_000);
		assertThat(price.nanos(1_000_000, 1_000_000, 0)).isEqualTo(75_000_000);
		assertThat(price.nanos(0, 0, 1_000_000)).isEqualTo(600_000_000);
		assertThat(price.nanos(1_000, 400, 100)).isEqualTo(90_000 + 30_000 + 60_000);
	}

	@Test
	void cachedTokensCostLikeOthersWhereNothingElseIsSaid() {
		assertThat(new Price(2, null, 0).nanos(1_000, 1_000, 0)).isEqualTo(2_000_000);
	}

	@Test
	void aModelWithoutAPriceIsFree() {
		PriceTable table = new PriceTable(Map.of("m", new Price(1, null, 1)));
		assertThat(table.knows("m")).isTrue();
		assertThat(table.knows("n")).isFalse();
		assertThat(table.of("n").nanos(1_000, 0, 1_000)).isZero();
	}

}
