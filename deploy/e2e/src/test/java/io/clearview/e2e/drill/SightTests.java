package io.clearview.e2e.drill;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import static io.clearview.e2e.drill.Requests.answer;
import static io.clearview.e2e.drill.Requests.lost;
import static io.clearview.e2e.drill.Requests.observed;
import static io.clearview.e2e.drill.Requests.shown;
import static io.clearview.e2e.drill.Requests.stale;
import static io.clearview.e2e.drill.Requests.unreached;
import static io.clearview.e2e.drill.Requests.whole;
import static org.assertj.core.api.Assertions.assertThat;

class SightTests {

	private static final Sight MIXED = new Sight(List.of(whole(0), stale(10), shown(20, true, "MODEL_TIMEOUT"),
			lost(30), unreached(40), observed(50, 7, true, answer(503)), whole(60)));

	@Test
	void saysInWordsWhatUsersSaw() {
		assertThat(MIXED.words())
			.isEqualTo("3 of 7 in full; 1 posts stale; 2 posts MODEL_TIMEOUT; 1 times 503; " + "1 not taken; 1 lost");
	}

	@Test
	void troubleLastsUntilTheLastRequestThatWasNotServedInFull() {
		assertThat(MIXED.lastTrouble(Duration.ofMillis(5).toNanos())).isEqualTo(Duration.ofMillis(45));
		assertThat(new Sight(List.of(whole(0))).lastTrouble(0)).isZero();
	}

	@Test
	void aQuantileIsAWaitThatSomebodyHad() {
		assertThat(MIXED.quantile(0.5)).isEqualTo(Duration.ofMillis(1));
		assertThat(MIXED.quantile(1)).isEqualTo(Duration.ofMillis(7));
		assertThat(new Sight(List.of()).quantile(1)).isZero();
	}

	@Test
	void aRowCountsWhatWasSentWhileItWasBrokenAndWhatWasSentUntilAllWasWell() {
		Finding row = Finding.of(Scenes.all().getFirst(), MIXED,
				new Sight(List.of(lost(70), observed(80, 9, true, answer(200)))), Duration.ofMillis(60).toNanos(),
				Ledger.Balance.EVEN, 3, List.of());

		assertThat(row.requests()).isEqualTo(9);
		assertThat(row.lost()).isEqualTo(2);
		assertThat(row.words()).startsWith("3 of 7 in full");
		assertThat(row.median()).isEqualTo(Duration.ofMillis(1));
		assertThat(row.longestWait()).isEqualTo(Duration.ofMillis(9));
	}

}
