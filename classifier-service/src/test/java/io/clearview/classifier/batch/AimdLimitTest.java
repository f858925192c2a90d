package io.clearview.classifier.batch;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AimdLimitTest {

	private static final long SECOND = 1_000_000_000L;

	private final AimdLimit limit = new AimdLimit(32);

	private long now;

	@Test
	void beginsWithTheMost() {
		assertThat(this.limit.calls()).isEqualTo(32);
	}

	@Test
	void anOverloadTakesATenthOnceARound() {
		for (int i = 0; i < 32; i++) {
			this.limit.sample(0, SECOND, 32, true);
		}
		assertThat(this.limit.calls()).isEqualTo(28);
		this.limit.sample(SECOND, 2 * SECOND, 28, true);
		assertThat(this.limit.calls()).isEqualTo(25);
	}

	@Test
	void neverFallsBelowOneNorRisesAboveTheMost() {
		rounds(100, true, 1);
		assertThat(this.limit.calls()).isEqualTo(1);
		rounds(2_000, false, 1);
		assertThat(this.limit.calls()).isEqualTo(32);
	}

	@Test
	void risesByOneARoundWhileItIsUsed() {
		rounds(10, true, 1);
		int before = this.limit.calls();
		for (int i = 0; i < before + 1; i++) {
			this.limit.sample(this.now, this.now + SECOND, before, false);
		}
		assertThat(this.limit.calls()).isEqualTo(before + 1);
		for (int i = 0; i < 1_000; i++) {
			this.limit.sample(this.now, this.now + SECOND, 1, false);
		}
		assertThat(this.limit.calls()).as("not used").isEqualTo(before + 1);
	}

	@Test
	void latencyThatDoublesShrinksItAndOneSlowCallDoesNot() {
		rounds(200, false, 1);
		rounds(1, false, 5);
		assertThat(this.limit.calls()).isEqualTo(32);
		rounds(10, false, 4);
		assertThat(this.limit.calls()).isLessThan(32);
	}

	private void rounds(int count, boolean overloaded, int seconds) {
		for (int i = 0; i < count; i++) {
			this.limit.sample(this.now, this.now + seconds * SECOND, this.limit.calls(), overloaded);
			this.now += seconds * SECOND;
		}
	}

}
