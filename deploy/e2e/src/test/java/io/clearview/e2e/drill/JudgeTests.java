package io.clearview.e2e.drill;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.clearview.e2e.drill.Scene.Promise;
import org.junit.jupiter.api.Test;

import static io.clearview.e2e.drill.Requests.BAD;
import static io.clearview.e2e.drill.Requests.GOOD;
import static io.clearview.e2e.drill.Requests.answer;
import static io.clearview.e2e.drill.Requests.entry;
import static io.clearview.e2e.drill.Requests.lost;
import static io.clearview.e2e.drill.Requests.observed;
import static io.clearview.e2e.drill.Requests.shown;
import static io.clearview.e2e.drill.Requests.stale;
import static io.clearview.e2e.drill.Requests.unreached;
import static io.clearview.e2e.drill.Requests.whole;
import static org.assertj.core.api.Assertions.assertThat;

class JudgeTests {

	private static final String GONE = "CLASSIFIER_UNAVAILABLE";

	private static final Promise KNOWN = Promise.knownJudged(Set.of("MODEL_TIMEOUT"));

	private static final Promise SHOWN = Promise.allShown(Set.of(GONE));

	private static final Promise IN_FLIGHT = Promise.inFlightOnly(Set.of(GONE), Duration.ofMillis(100));

	private static final Promise AWAY = Promise.away(Set.of(GONE));

	@Test
	void nothingMeansThatEveryPostIsJudgedAndEveryRequestAnswered() {
		assertThat(problems(Promise.nothing(), whole(0), stale(1))).isEmpty();
		assertThat(problems(Promise.nothing(), whole(0), shown(1, true, GONE)))
			.containsExactly("unexpected reason " + GONE);
		assertThat(problems(Promise.nothing(), lost(0))).containsExactly("1 requests without an answer");
		assertThat(problems(Promise.nothing(), unreached(0))).containsExactly("1 requests that nobody took");
	}

	@Test
	void aWrongLabelIsNeverPromised() {
		Observation wrong = Requests.answered(entry(GOOD, "BLOCK", ""), entry(BAD, "BLOCK", ""));
		for (Promise promise : List.of(Promise.nothing(), KNOWN, SHOWN, IN_FLIGHT, AWAY)) {
			assertThat(problems(promise, wrong)).contains("1 wrong labels");
		}
	}

	@Test
	void aRefusalIsNeverPromised() {
		assertThat(problems(SHOWN, shown(0, true, GONE), observed(1, 1, true, answer(503))))
			.containsExactly("users were refused: {503=1}");
	}

	@Test
	void nobodyWaitsLongerThanTheExtension() {
		Observation slow = observed(0, 10_001, false, answer(200, entry(GOOD, "ALLOW", ""), entry(BAD, "BLOCK", "")));
		assertThat(problems(Promise.nothing(), slow)).containsExactly("1 waited for more than 10 s");
	}

	@Test
	void withoutAModelWhatWasJudgedBeforeStandsIn() {
		Observation fresh = shown(0, true, "MODEL_TIMEOUT");
		assertThat(problems(KNOWN, fresh, stale(1))).isEmpty();
		assertThat(problems(KNOWN, fresh, stale(1), shown(2, false, "MODEL_TIMEOUT")))
			.containsExactly("1 requests not judged in full though all of their posts had been");
		assertThat(problems(KNOWN, fresh)).containsExactly("no stale verdict stood in");
		assertThat(problems(KNOWN, stale(1))).containsExactly("no post was shown unjudged: was it broken at all?");
		assertThat(problems(KNOWN.orBetter(), whole(0))).isEmpty();
	}

	@Test
	void whatOneOfTwoHadInFlightMayBeLostUntilItIsNoticed() {
		assertThat(problems(IN_FLIGHT, lost(0), shown(100, true, GONE), whole(101))).isEmpty();
		assertThat(problems(IN_FLIGHT, shown(101, true, GONE)))
			.containsExactly("1 requests not served in full when it must have been noticed");
		assertThat(problems(IN_FLIGHT, lost(0), lost(0), lost(0), lost(0), lost(0), lost(0)))
			.containsExactly("6 requests without an answer");
	}

	@Test
	void aSystemThatIsAwayTakesNoRequest() {
		assertThat(problems(AWAY, unreached(0), lost(0))).isEmpty();
		assertThat(problems(AWAY, whole(0))).containsExactly("somebody was there all the time: was it broken at all?");
	}

	@Test
	void recoveryIsWatchedToo() {
		assertThat(Judge.problems(Promise.nothing(), 0, new Sight(List.of(whole(0))),
				new Sight(List.of(shown(1, true, GONE)))))
			.containsExactly("unexpected reason " + GONE);
	}

	private static List<String> problems(Promise promise, Observation... during) {
		return Judge.problems(promise, 0, new Sight(List.of(during)), new Sight(List.of()));
	}

}
