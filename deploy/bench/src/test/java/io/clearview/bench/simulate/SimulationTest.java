package io.clearview.bench.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.clearview.bench.workload.Shape;
import io.clearview.classifier.quota.Limits;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SimulationTest {

	/** Few users, but with few posts to see, so that they meet. */
	private static final Habits HABITS = new Habits(4000, 0.2, 2, 4, 20);

	private static final Shape SHAPE = new Shape(1, 20, 1.1, 4, 0.01, 8, 10, 0.3, 8);

	/** Hit by whoever comes most often. */
	private static final Limits LIMITS = new Limits(120, 30, "Test");

	private static final PromptSize SIZE = new PromptSize.Estimated(250);

	private static Day day;

	private static List<Bill> measures;

	private static Bill real;

	@BeforeAll
	static void live() {
		day = Day.of(HABITS, LIMITS, SHAPE, 1);
		measures = Design.measures(4).stream().map((design) -> replay(day, design)).toList();
		real = SimulatedFleet.live("this service", day, 4, Duration.ofMillis(100), SIZE, 1);
	}

	private static Bill replay(Day day, Design design) {
		return Replay.live(day, design, new Texts(day.feed(), SimulatedFleet.naming()), SIZE, 1);
	}

	@Test
	void theSameSeedIsTheSameDayAndTheSameBill() {
		Day again = Day.of(HABITS, LIMITS, SHAPE, 1);
		assertThat(again.visits()).usingRecursiveFieldByFieldElementComparator().isEqualTo(day.visits());
		assertThat(replay(again, Design.measures(4).getFirst())).isEqualTo(measures.getFirst());
		assertThat(SimulatedFleet.live("this service", again, 4, Duration.ofMillis(100), SIZE, 1)).isEqualTo(real);
		assertThat(Day.of(HABITS, LIMITS, SHAPE, 2).visits().size()).isNotEqualTo(day.visits().size());
	}

	@Test
	void nobodyHasMoreJudgedThanTheirQuota() {
		Day all = Day.of(HABITS, new Limits(1_000_000, 1_000_000, "Test"), SHAPE, 1);
		assertThat(all.refused()).isZero();
		assertThat(day.refused()).isPositive().isEqualTo(all.posts() - day.posts());
		Map<Integer, List<Visit>> byUser = day.visits().stream().collect(Collectors.groupingBy(Visit::user));
		assertThat(byUser.values()).allSatisfy((visits) -> {
			assertThat(posts(visits)).isLessThanOrEqualTo(LIMITS.daily());
			for (Visit last : visits) {
				assertThat(posts(visits.stream()
					.filter((visit) -> visit.millis() <= last.millis() && visit.millis() > last.millis() - 60_000)
					.toList())).isLessThanOrEqualTo(LIMITS.burst());
			}
		});
	}

	private static int posts(List<Visit> visits) {
		return visits.stream().mapToInt((visit) -> visit.posts().length).sum();
	}

	@Test
	void requestsComeInTheOrderOfTimeAndNobodyIsShownAPostTwiceInAnHour() {
		assertThat(day.visits()).isSortedAccordingTo(Comparator.comparingInt(Visit::millis));
		Map<String, Integer> seen = new HashMap<>();
		for (Visit visit : day.visits()) {
			for (long post : visit.posts()) {
				Integer before = seen.put(visit.user() + " " + post, visit.millis());
				assertThat(before == null || visit.millis() - before >= 3_600_000).isTrue();
			}
		}
	}

	@Test
	void everyPostIsEitherKnownOrJudged() {
		for (Bill bill : measures) {
			assertThat(bill.hits() + bill.judged()).isEqualTo(bill.posts());
		}
		assertThat(real.hits() + real.judged()).isEqualTo(real.posts());
	}

	@Test
	void eachMeasureSavesWork() {
		for (int i = 1; i < measures.size(); i++) {
			assertThat(measures.get(i).judged()).isLessThanOrEqualTo(measures.get(i - 1).judged());
		}
		assertThat(measures.getLast().judged()).isLessThan(measures.getFirst().judged());
	}

	/** Two programs that share no code but the keys come to the same day. */
	@Test
	void theServiceBuysWhatTheReplayOfItsMeasuresBuys() {
		Bill replayed = measures.getLast();
		assertThat((double) real.judged() / replayed.judged()).isCloseTo(1, within(0.02));
		// ages that differ from key to key spread a few calls, batching takes some back
		assertThat((double) real.calls() / replayed.calls()).isCloseTo(1, within(0.05));
	}

	@Test
	void theOldMemoryForgetsWhatWasUsedLeastRecently() {
		Memory memory = Memory.bounded(2);
		memory.ask("a", 0, 100);
		memory.ask("b", 0, 100);
		memory.look("a", 1);
		memory.ask("c", 0, 100);
		assertThat(memory.look("b", 1)).isEqualTo(Memory.State.ABSENT);
		assertThat(memory.look("a", 1)).isEqualTo(Memory.State.KNOWN);
		assertThat(memory.look("a", 100)).isEqualTo(Memory.State.ABSENT);
	}

}
