package io.clearview.e2e.drill;

import org.junit.jupiter.api.Test;

import static io.clearview.e2e.drill.Requests.BAD;
import static io.clearview.e2e.drill.Requests.GOOD;
import static io.clearview.e2e.drill.Requests.answered;
import static io.clearview.e2e.drill.Requests.entry;
import static org.assertj.core.api.Assertions.assertThat;

class ObservationTests {

	@Test
	void rightLabelsAreWhole() {
		Observation seen = answered(entry(GOOD, "ALLOW", ""), entry(BAD, "BLOCK", ""));
		assertThat(seen.whole()).isTrue();
		assertThat(seen.wrong()).isZero();
		assertThat(seen.charged()).isEqualTo(2);
	}

	@Test
	void whatWasNotJudgedMayBeShownAndIsNotCharged() {
		Observation seen = answered(entry(GOOD, "ALLOW", ""), entry(BAD, "ALLOW", "MODEL_TIMEOUT"));
		assertThat(seen.whole()).isFalse();
		assertThat(seen.wrong()).isZero();
		assertThat(seen.charged()).isEqualTo(1);
	}

	@Test
	void whatTheModelDeclinedIsCharged() {
		Observation seen = answered(entry(GOOD, "ALLOW", "MODEL_DECLINED"), entry(BAD, "BLOCK", ""));
		assertThat(seen.whole()).isFalse();
		assertThat(seen.charged()).isEqualTo(2);
	}

	@Test
	void aLabelThatIsNotThePostsOwnIsWrong() {
		assertThat(answered(entry(GOOD, "BLOCK", ""), entry(BAD, "BLOCK", "")).wrong()).isEqualTo(1);
		assertThat(answered(entry(GOOD, "ALLOW", ""), entry(BAD, "ALLOW", "")).wrong()).isEqualTo(1);
		assertThat(answered(entry(GOOD, "ALLOW", ""), entry(BAD, "BLOCK", "MODEL_TIMEOUT")).wrong()).isEqualTo(1);
	}

	@Test
	void entriesInAnotherOrderAreWrongAndSoIsAMissingOne() {
		assertThat(answered(entry(BAD, "BLOCK", ""), entry(GOOD, "ALLOW", "")).wrong()).isEqualTo(2);
		assertThat(answered(entry(GOOD, "ALLOW", "")).wrong()).isEqualTo(1);
	}

	@Test
	void noAnswerIsLostUnlessNobodyTookTheRequest() {
		assertThat(Requests.lost(0).lost()).isTrue();
		assertThat(Requests.lost(0).wrong()).isZero();
		assertThat(Requests.unreached(0).lost()).isFalse();
	}

}
