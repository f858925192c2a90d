package io.clearview.classifier.quota;

import io.clearview.classifier.quota.LocalAccount.OwedRefund;
import io.clearview.classifier.quota.SharedQuota.Refund;
import io.clearview.classifier.quota.SharedQuota.Settlement;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LocalAccountTest {

	private static final Limits LIMITS = new Limits(1_000, 50, "Test");

	private static final long NOW = 1_000 * Usage.DAY_MILLIS + 3_600_000;

	@Test
	void aBurstIsChargedByOneSettlementOnly() {
		LocalAccount account = new LocalAccount(null, "", NOW);
		account.reserve(40, LIMITS, NOW);
		Settlement first = account.settlement("first", "e", NOW + 1_000);
		assertThat(first).isEqualTo(new Settlement("first", 1_000, 40, 40, 0));
		account.reserve(5, LIMITS, NOW + 1_500);
		assertThat(account.settlement("again", "e", NOW + 2_000)).isEqualTo(first);
		account.settled(first);
		Settlement second = account.settlement("second", "e", NOW + 3_000);
		assertThat(second).isEqualTo(new Settlement("second", 1_000, 5, 5, 0));
		account.settled(second);
		assertThat(account.settlement("third", "e", NOW + 4_000).isEmpty()).isTrue();
		assertThat(account.usage(LIMITS, NOW + 4_000).burst()).isEqualTo(45);
	}

	@Test
	void aSettlementThatWaitedForTheWholeWindowChargesNoBurst() {
		LocalAccount account = new LocalAccount(null, "", NOW);
		account.reserve(40, LIMITS, NOW);
		account.settlement("first", "e", NOW);
		Settlement late = account.settlement("again", "e", NOW + 2 * Usage.WINDOW_MILLIS);
		assertThat(late).isEqualTo(new Settlement("first", 1_000, 40, 0, 0));
		account.settled(late);
		assertThat(account.isSettled()).isTrue();
	}

	@Test
	void whatRedisLostIsChargedOnce() {
		Usage last = new Usage(LIMITS, NOW, 30, 0, NOW, NOW);
		LocalAccount account = new LocalAccount(last, "before", NOW);
		account.reserve(10, LIMITS, NOW);
		Settlement first = account.settlement("first", "after", NOW);
		assertThat(first).isEqualTo(new Settlement("first", 1_000, 10, 10, 30));
		account.settled(first);
		assertThat(account.settlement("second", "after", NOW).isEmpty()).isTrue();
	}

	@Test
	void whatIsGivenBackAfterItWasToldIsTakenOffTheDay() {
		LocalAccount account = new LocalAccount(null, "", NOW);
		account.reserve(40, LIMITS, NOW);
		account.settled(account.settlement("first", "e", NOW));
		account.giveBack(10, 1_000, NOW);
		assertThat(account.settlement("second", "e", NOW)).isEqualTo(new Settlement("second", 1_000, -10, 0, 0));
	}

	@Test
	void whatIsGivenBackAfterMidnightLeavesTheNewDayAlone() {
		long before = 1_001 * Usage.DAY_MILLIS - 2_000;
		long after = before + 5_000;
		LocalAccount account = new LocalAccount(null, "", before);
		account.reserve(40, LIMITS, before);
		account.giveBack(30, 1_000, after);
		assertThat(account.settlement("first", "e", after)).as("10 of 40 are in the 60 s")
			.isEqualTo(new Settlement("first", 1_001, 0, 10, 0));
	}

	@Test
	void aRefundOfAnEarlierDayThatRedisMustBeToldLeavesTheNewDayAlone() {
		long before = 1_001 * Usage.DAY_MILLIS - 2_000;
		long after = before + 5_000;
		LocalAccount account = new LocalAccount(null, "", before);
		account.reserve(20, LIMITS, after);
		account.owe(new OwedRefund(new Refund("r", 10, null), 1_000L, null), after);
		assertThat(account.usage(LIMITS, after).daily()).isEqualTo(20);
		account.owe(new OwedRefund(new Refund("s", 5, null), 1_001L, null), after);
		assertThat(account.usage(LIMITS, after).daily()).isEqualTo(15);
	}

}
