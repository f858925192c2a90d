package io.clearview.classifier.batch;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CallTimesTest {

	private final CallTimes times = new CallTimes();

	@Test
	void hasADefaultUntilSomethingIsKnown() {
		assertThat(this.times.needed(0)).isEqualTo(CallTimes.DEFAULT);
	}

	@Test
	void isATenthMoreThanWhatNineteenOfTwentyCallsTake() {
		for (int i = 1; i <= 100; i++) {
			this.times.add(1_000L * i, i);
		}
		assertThat(this.times.needed(100)).isBetween(104_499L, 104_501L);
	}

	@Test
	void oneSlowCallOfManyDoesNotCount() {
		for (int i = 0; i < 100; i++) {
			this.times.add((i == 50) ? 1_000_000 : 1_000, i);
		}
		assertThat(this.times.needed(100)).isBetween(1_099L, 1_101L);
	}

	@Test
	void onlyTheLastCallsCountAndOldOnesAreForgotten() {
		for (int i = 0; i < 2 * CallTimes.CALLS; i++) {
			this.times.add((i < CallTimes.CALLS) ? 5_000 : 1_000, i);
		}
		assertThat(this.times.needed(300)).isBetween(1_099L, 1_101L);
		long later = Duration.ofSeconds(11).toNanos();
		assertThat(this.times.needed(later)).isEqualTo(CallTimes.DEFAULT);
		this.times.add(2_000, later);
		assertThat(this.times.needed(later)).isBetween(2_199L, 2_201L);
	}

	@Test
	void countsAgainAfterItForgotWhereverItStood() {
		long now = 0;
		for (int calls = 1; calls <= 2 * CallTimes.CALLS; calls++) {
			for (int i = 0; i < calls; i++) {
				this.times.add(5_000, now);
			}
			now += Duration.ofSeconds(11).toNanos();
			assertThat(this.times.needed(now)).isEqualTo(CallTimes.DEFAULT);
			this.times.add(2_000, now);
			assertThat(this.times.needed(now)).isBetween(2_199L, 2_201L);
			now += Duration.ofSeconds(11).toNanos();
			assertThat(this.times.needed(now)).isEqualTo(CallTimes.DEFAULT);
		}
	}

}
