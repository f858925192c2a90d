package io.clearview.bench.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

class TruthTest {

	@Test
	void hidesOneInFour() {
		long hidden = IntStream.range(0, 10_000).filter((i) -> Truth.blocks("Block spam", "post number " + i)).count();
		assertThat(hidden / 10_000.0).isCloseTo(0.25, within(0.02));
	}

	@Test
	void dependsOnThePreference() {
		long differing = IntStream.range(0, 1000)
			.filter((i) -> Truth.blocks("Block spam", "post " + i) != Truth.blocks("Block ads", "post " + i))
			.count();
		assertThat(differing).isGreaterThan(200);
	}

	@Test
	void survivesWhiteSpaceCaseAndLinks() {
		for (int i = 0; i < 100; i++) {
			assertThat(Truth.blocks(" block  SPAM ", "Post\n " + i + " seen https://t.co/b"))
				.isEqualTo(Truth.blocks("Block spam", "post " + i + " seen t.co"));
		}
	}

}
