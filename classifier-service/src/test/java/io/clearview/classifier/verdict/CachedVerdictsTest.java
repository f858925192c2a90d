package io.clearview.classifier.verdict;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.clearview.classifier.batch.BatchProperties;
import io.clearview.classifier.batch.Batcher;
import io.clearview.classifier.batch.FakeModel;
import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.model.Label;
import io.clearview.classifier.model.ModelException;
import io.clearview.classifier.model.ModelException.Kind;
import io.clearview.classifier.telemetry.Metrics;
import io.clearview.classifier.verdict.Outcome.FailedOpen;
import io.clearview.classifier.verdict.Outcome.Judged;
import io.clearview.classifier.verdict.Outcome.Reason;
import io.clearview.classifier.verdict.Outcome.Source;
import io.clearview.classifier.verdict.SharedCache.Claim;
import io.clearview.classifier.verdict.VerdictProperties.Mode;
import io.clearview.kit.testing.MovingClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

class CachedVerdictsTest {

	private static final FailedOpen LATE = new FailedOpen(Reason.MODEL_TIMEOUT, true);

	private static final Duration SOFT = Duration.ofHours(6);

	private static final Duration HARD = Duration.ofHours(48);

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final MovingClock clock = new MovingClock();

	private final FakeModel model = new FakeModel(this.time);

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final FakeShared shared = new FakeShared();

	private Verdicts verdicts = verdicts(Mode.REDIS, 20_000);

	@Test
	void whatIsKnownNearNeedsNobodyElse() {
		assertThat(ask("bad", "good")).containsExactly(new Judged(Label.BLOCK, Source.MODEL, 7),
				new Judged(Label.ALLOW, Source.MODEL, 7));
		this.shared.lookups.clear();
		assertThat(ask("good", "bad")).containsExactly(new Judged(Label.ALLOW, Source.NEAR_CACHE, 0),
				new Judged(Label.BLOCK, Source.NEAR_CACHE, 0));
		assertThat(this.shared.lookups).isEmpty();
		assertThat(lookups("near")).isEqualTo(2);
		assertThat(lookups("nowhere")).isEqualTo(2);
	}

	@Test
	void whatIsNotKnownNearIsLookedUpAtOnce() {
		ask("near");
		this.shared.lookups.clear();
		this.shared.entries.put(key("far bad"), new Entry(Label.BLOCK, this.clock.millis()));
		assertThat(ask("far bad", "near", "new")).containsExactly(new Judged(Label.BLOCK, Source.SHARED_CACHE, 0),
				new Judged(Label.ALLOW, Source.NEAR_CACHE, 0), new Judged(Label.ALLOW, Source.MODEL, 7));
		assertThat(this.shared.lookups).containsExactly(List.of(key("far bad"), key("new")));
		assertThat(ask("far bad")).containsExactly(new Judged(Label.BLOCK, Source.NEAR_CACHE, 0));
	}

	@Test
	void aVerdictPastItsSoftAgeIsGivenAfresh() {
		ask("bad");
		this.clock.advance(SOFT.multipliedBy(12).dividedBy(10));
		this.model.answer = (_, asked) -> Mono
			.just(asked.posts().stream().map((_) -> FakeModel.Asked.label(0, "")).toList());
		assertThat(ask("bad")).containsExactly(new Judged(Label.ALLOW, Source.MODEL, 7));
		assertThat(ask("bad")).containsExactly(new Judged(Label.ALLOW, Source.NEAR_CACHE, 0));
		assertThat(this.shared.entries.get(key("bad"))).isEqualTo(new Entry(Label.ALLOW, this.clock.millis()));
	}

	@ParameterizedTest
	@CsvSource({ "TIMEOUT, MODEL_TIMEOUT", "UNAVAILABLE, MODEL_UNAVAILABLE", "BUDGET, MODEL_BUDGET",
			"GARBAGE, MODEL_INVALID_ANSWER" })
	void whereTheModelFailsAnOldVerdictStandsInAndNoneIsNoVerdict(Kind kind, Reason reason) {
		FailedOpen failed = new FailedOpen(reason, kind != Kind.BUDGET);
		ask("bad");
		this.shared.entries.put(key("far bad"), new Entry(Label.BLOCK, this.clock.millis()));
		this.clock.advance(SOFT.multipliedBy(12).dividedBy(10));
		this.model.answer = (_, _) -> Mono.error(new ModelException(kind, "out"));
		assertThat(ask("bad", "far bad", "new")).containsExactly(new Judged(Label.BLOCK, Source.STALE, 0),
				new Judged(Label.BLOCK, Source.STALE, 0), failed);
		assertThat(this.shared.entries).doesNotContainKey(key("new"));
		assertThat(this.shared.released).contains(key("bad"), key("new"));
		this.clock.advance(HARD);
		assertThat(ask("bad", "far bad", "new")).containsOnly(failed);
		assertThat(this.meters.get(Metrics.VERDICT_STALE).counter().count()).isEqualTo(2);
	}

	@Test
	void withoutAskingAnybodyAnOldVerdictStandsInAndNoneIsNoVerdict() {
		ask("bad");
		this.clock.advance(SOFT.multipliedBy(12).dividedBy(10));
		int asked = this.model.asked.size();
		Map<Integer, Outcome> outcomes = new HashMap<>();
		boolean ended = this.verdicts
			.standIn(request(this.verdicts.ask("wish", List.of("bad", "new")), 7_000, 7_000, false),
					Reason.MODEL_BUDGET, outcomes::put)
			.thenReturn(true)
			.block(Duration.ofSeconds(10));
		assertThat(ended).as("no virtual time passes").isTrue();
		assertThat(outcomes).containsExactlyInAnyOrderEntriesOf(
				Map.of(0, new Judged(Label.BLOCK, Source.STALE, 0), 1, new FailedOpen(Reason.MODEL_BUDGET)));
		pass(8_000);
		assertThat(this.model.asked).hasSize(asked);
	}

	@Test
	void twoMinutesWithoutTheModelLeaveNoTrace() {
		List<String> posts = List.of("old bad", "old good", "new bad", "new good");
		ask("old bad", "old good");
		this.clock.advance(SOFT.multipliedBy(12).dividedBy(10));
		this.model.answer = (number, _) -> (number % 2 == 0) ? Mono.never()
				: Mono.error(new ModelException(Kind.UNAVAILABLE, "503"));
		List<List<Outcome>> answers = new ArrayList<>();
		for (int i = 0; i < 1_200; i++) {
			classify(posts).subscribe(answers::add);
			pass(100);
		}
		pass(7_000);
		assertThat(answers).hasSize(1_200).allSatisfy((answer) -> {
			assertThat(answer.subList(0, 2)).containsExactly(new Judged(Label.BLOCK, Source.STALE, 0),
					new Judged(Label.ALLOW, Source.STALE, 0));
			assertThat(answer.subList(2, 4)).allMatch(FailedOpen.class::isInstance);
		});
		this.model.answer = (_, asked) -> Mono.just(asked.labels());
		assertThat(ask("old bad", "old good", "new bad", "new good")).containsExactly(
				new Judged(Label.BLOCK, Source.MODEL, 7), new Judged(Label.ALLOW, Source.MODEL, 7),
				new Judged(Label.BLOCK, Source.MODEL, 7), new Judged(Label.ALLOW, Source.MODEL, 7));
	}

	@Test
	void callersWithTheSameQuestionShareOneAnswer() {
		List<List<Outcome>> answers = new ArrayList<>();
		classify(List.of("bad", "bad", "good")).subscribe(answers::add);
		classify(List.of("good", "bad")).subscribe(answers::add);
		pass(1_000);
		assertThat(this.model.asked).hasSize(1);
		assertThat(answers).containsExactlyInAnyOrder(
				List.of(new Judged(Label.BLOCK, Source.MODEL, 7), new Judged(Label.BLOCK, Source.FLIGHT, 0),
						new Judged(Label.ALLOW, Source.MODEL, 7)),
				List.of(new Judged(Label.ALLOW, Source.FLIGHT, 0), new Judged(Label.BLOCK, Source.FLIGHT, 0)));
	}

	@Test
	void aCallerIsNotRefusedForTheTierOrShareOfAnother() {
		List<Outcome> filling = new ArrayList<>();
		Caller busy = new Caller("busy", Tier.FREE, "c");
		int most = BatchProperties.defaults().capacity() / 4;
		this.model.answer = (_, _) -> Mono.never();
		for (int i = 0; i < most + BatchProperties.defaults().slots() * BatchProperties.defaults().posts(); i++) {
			judge(question("filling " + i, busy)).subscribe(filling::add);
		}
		List<Outcome> refused = new ArrayList<>();
		List<Outcome> other = new ArrayList<>();
		this.shared.claims.add(new Claim.Taken());
		judge(question("bad", busy)).subscribe(refused::add);
		judge(question("bad", 7_000)).subscribe(other::add);
		pass(1_000);
		assertThat(refused).containsExactly(new FailedOpen(Reason.MODEL_OVERLOADED));
		assertThat(other).as("not refused, but queued").isEmpty();
	}

	@Test
	void aCallerIsAnsweredByItsDeadlineAndTheVerdictIsKeptAllTheSame() {
		List<Outcome> answers = new ArrayList<>();
		judge(question("bad", 300)).subscribe(answers::add);
		judge(question("bad", 7_000)).subscribe(answers::add);
		judge(question("bad", 0)).subscribe(answers::add);
		assertThat(answers).containsExactly(new FailedOpen(Reason.MODEL_TIMEOUT));
		pass(299);
		assertThat(answers).hasSize(1);
		pass(1);
		assertThat(answers).hasSize(2).last().isEqualTo(LATE);
		pass(400);
		assertThat(answers).hasSize(3).last().isEqualTo(new Judged(Label.BLOCK, Source.FLIGHT, 0));
		assertThat(ask("bad")).containsExactly(new Judged(Label.BLOCK, Source.NEAR_CACHE, 0));
	}

	@Test
	void anAnswerThatComesAfterTheDeadlineIsKept() {
		this.model.latency = Duration.ofMillis(7_050);
		List<Outcome> answers = new ArrayList<>();
		judge(question("bad", 7_000)).subscribe(answers::add);
		pass(7_000);
		assertThat(answers).containsExactly(LATE);
		pass(200);
		assertThat(ask("bad")).containsExactly(new Judged(Label.BLOCK, Source.NEAR_CACHE, 0));
		assertThat(this.shared.entries).containsKey(key("bad"));
		assertThat(this.model.asked).hasSize(1);
	}

	@Test
	void theVerdictIsKeptWhenEverybodyHasGone() {
		Disposable one = judge(question("bad", 7_000)).subscribe();
		Disposable two = judge(question("bad", 7_000)).subscribe();
		one.dispose();
		two.dispose();
		pass(1_000);
		assertThat(this.shared.entries).containsKey(key("bad"));
		assertThat(ask("bad")).containsExactly(new Judged(Label.BLOCK, Source.NEAR_CACHE, 0));
	}

	@Test
	void aModelThatNeverAnswersEndsEveryFlight() {
		this.model.answer = (_, _) -> Mono.never();
		List<Outcome> answers = new ArrayList<>();
		judge(question("one", 7_000)).subscribe(answers::add);
		pass(4_000);
		judge(question("one", 7_000)).subscribe(answers::add);
		pass(3_000);
		assertThat(answers).containsExactly(LATE, LATE);
		assertThat(this.meters.get(Metrics.VERDICT_FLIGHTS).gauge().value()).isZero();
		assertThat(this.shared.released).containsExactly(key("one"));
	}

	@Test
	void moreFlightsThanThereMayBeAreRefused() {
		this.verdicts = verdicts(Mode.REDIS, 50);
		List<Outcome> answers = new ArrayList<>();
		for (int i = 0; i < 60; i++) {
			judge(question("post " + i, 7_000)).subscribe(answers::add);
		}
		assertThat(answers).hasSize(10).containsOnly(new FailedOpen(Reason.MODEL_OVERLOADED));
		pass(1_000);
		assertThat(answers).hasSize(60);
	}

	@Test
	void whatAnotherInstanceIsBuyingIsWaitedFor() {
		this.shared.claims.addAll(List.of(new Claim.Taken(), new Claim.Taken(), new Claim.Taken(),
				new Claim.Known(new Entry(Label.BLOCK, this.clock.millis()))));
		assertThat(ask("bad")).containsExactly(new Judged(Label.BLOCK, Source.FLIGHT, 0));
		assertThat(this.model.asked).isEmpty();
		assertThat(ask("bad")).containsExactly(new Judged(Label.BLOCK, Source.NEAR_CACHE, 0));
	}

	@Test
	void whatAnotherInstanceHasJustBoughtIsNotBoughtAgain() {
		this.shared.claims.add(new Claim.Known(new Entry(Label.BLOCK, this.clock.millis())));
		assertThat(ask("bad")).containsExactly(new Judged(Label.BLOCK, Source.SHARED_CACHE, 0));
		assertThat(this.model.asked).isEmpty();
	}

	@Test
	void aBuyerThatDiedIsReplaced() {
		this.shared.claims.addAll(List.of(new Claim.Taken(), new Claim.Taken(), new Claim.Mine()));
		assertThat(ask("bad")).containsExactly(new Judged(Label.BLOCK, Source.MODEL, 7));
		assertThat(this.shared.released).containsExactly(key("bad"));
	}

	@Test
	void aBuyerThatTakesTooLongIsNotWaitedForBeyondHalfOfTheTime() {
		for (int i = 0; i < 1_000; i++) {
			this.shared.claims.add(new Claim.Taken());
		}
		List<Outcome> answers = new ArrayList<>();
		judge(question("bad", 7_000)).subscribe(answers::add);
		pass(3_450);
		assertThat(this.model.asked).isEmpty();
		pass(300);
		assertThat(this.model.asked).hasSize(1);
		assertThat(this.shared.claimed).isLessThan(25);
		pass(600);
		assertThat(answers).containsExactly(new Judged(Label.BLOCK, Source.MODEL, 7));
		assertThat(this.shared.released).as("a lease it never had").isEmpty();
	}

	@Test
	void aBatchLeavesSoonerForACallerInAHurry() {
		for (int i = 0; i < 200; i++) {
			judge(question("stream " + i, 7_000)).subscribe();
			pass(10);
		}
		// the queue is empty, and 70 a second are worth waiting for
		pass(150);
		judge(question("patient", 7_000)).subscribe();
		pass(50);
		assertThat(this.model.posts()).doesNotContain("patient");
		pass(100);
		assertThat(this.model.posts()).contains("patient");
		judge(question("in a hurry", 540, 7_000)).subscribe();
		pass(50);
		assertThat(this.model.posts()).contains("in a hurry");
	}

	@Test
	void whereTheSharedCacheIsOutEverybodyBuys() {
		this.shared.claims.add(new Claim.Unknown());
		assertThat(ask("bad")).containsExactly(new Judged(Label.BLOCK, Source.MODEL, 7));
		assertThat(this.shared.entries).as("to be written when it is back").containsKey(key("bad"));
	}

	@ParameterizedTest
	@EnumSource(names = { "REDIS", "DUAL" })
	void whoFoundTheSharedCacheOutAsksItNothingMore(Mode mode) {
		this.verdicts = verdicts(mode, 20_000);
		ask("known");
		this.shared.out = true;
		this.shared.claimed = 0;
		this.shared.released.clear();
		assertThat(ask("known", "bad")).containsExactly(new Judged(Label.ALLOW, Source.NEAR_CACHE, 0),
				new Judged(Label.BLOCK, Source.MODEL, 7));
		assertThat(this.shared.claimed).isZero();
		assertThat(this.shared.released).as("a lease it never had").isEmpty();
		assertThat(this.shared.entries).as("to be written when it is back").containsKey(key("bad"));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whoFoundTheSharedCacheOutNeedNotWaitForTheClaimOfAnother(boolean unanswered) {
		if (!unanswered) {
			this.shared.claims.add(new Claim.Taken());
		}
		this.shared.unanswered = true;
		List<Outcome> answers = new ArrayList<>();
		judge(question("bad", 7_000)).subscribe(answers::add);
		judge(question("bad", 7_000)).subscribe(answers::add);
		pass(10);
		assertThat(this.shared.claimed).isEqualTo(1);
		judge(question("bad", 7_000, 7_000, true)).subscribe(answers::add);
		pass(600);
		assertThat(answers).containsExactlyInAnyOrder(new Judged(Label.BLOCK, Source.MODEL, 7),
				new Judged(Label.BLOCK, Source.FLIGHT, 0), new Judged(Label.BLOCK, Source.FLIGHT, 0));
		assertThat(this.model.posts()).containsExactly("bad");
		assertThat(this.shared.claimed).as("asked no more").isEqualTo(1);
	}

	@Test
	void inLocalModeNothingIsShared() {
		Verdicts local = Verdicts.of(this.model, batcher(), null, properties(Mode.LOCAL, 50), this.clock, this.time,
				new SimpleMeterRegistry());
		this.verdicts = local;
		assertThat(ask("bad")).containsExactly(new Judged(Label.BLOCK, Source.MODEL, 7));
		assertThat(ask("bad")).containsExactly(new Judged(Label.BLOCK, Source.NEAR_CACHE, 0));
		assertThat(this.shared.lookups).isEmpty();
	}

	@Test
	void inDualModeTheSharedCacheIsReadFirstAndGivenWhatOnlyThisOneHas() {
		this.verdicts = verdicts(Mode.DUAL, 20_000);
		ask("bad", "good");
		assertThat(this.shared.entries).as("written to both").hasSize(2);
		assertThat(ask("bad", "good")).containsExactly(new Judged(Label.BLOCK, Source.SHARED_CACHE, 0),
				new Judged(Label.ALLOW, Source.SHARED_CACHE, 0));
		Entry bad = this.shared.entries.remove(key("bad"));
		assertThat(ask("bad", "good", "new")).containsExactly(new Judged(Label.BLOCK, Source.NEAR_CACHE, 0),
				new Judged(Label.ALLOW, Source.SHARED_CACHE, 0), new Judged(Label.ALLOW, Source.MODEL, 7));
		assertThat(this.shared.entries).containsEntry(key("bad"), bad);
		assertThat(this.meters.get(Metrics.VERDICT_PROMOTED).counter().count()).isEqualTo(1);
	}

	@Test
	void theNearCacheIsBounded() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		NearCache near = new NearCache(17_600, new VerdictMetrics(registry));
		for (int i = 0; i < 10_000; i++) {
			near.learn(new VerdictKey(i, i), new Entry(Label.ALLOW, i));
		}
		eventually("eviction", () -> registry.get(Metrics.VERDICT_NEAR).gauge().value() <= 100
				&& registry.get(Metrics.VERDICT_EVICTED).counter().count() >= 9_900);
	}

	private Verdicts verdicts(Mode mode, int flights) {
		this.meters.clear();
		VerdictProperties properties = properties(mode, flights);
		return Verdicts.sharing(this.shared, this.model, batcher(), properties, this.clock, this.time, this.meters);
	}

	private Batcher batcher() {
		return Batcher.of(this.model, BatchProperties.defaults(), this.time, new SimpleMeterRegistry());
	}

	private static VerdictProperties properties(Mode mode, int flights) {
		return new VerdictProperties(mode, SOFT, HARD, DataSize.ofMegabytes(1), 512, Duration.ofSeconds(7), flights,
				Duration.ofSeconds(2), 100);
	}

	private VerdictKey key(String content) {
		return this.verdicts.ask("wish", List.of(content)).getFirst().key();
	}

	private Mono<Outcome> judge(JudgeRequest request) {
		return Asking.one(this.verdicts, request);
	}

	private JudgeRequest question(String content, long millis) {
		return question(content, millis, millis);
	}

	private JudgeRequest question(String content, Caller caller) {
		JudgeRequest request = question(content, 7_000);
		return new JudgeRequest(request.questions(), caller, request.wantedNanos(), request.deadlineNanos(), false);
	}

	private JudgeRequest question(String content, long wanted, long deadline) {
		return question(content, wanted, deadline, false);
	}

	private JudgeRequest question(String content, long wanted, long deadline, boolean withoutCache) {
		return request(this.verdicts.ask("wish", List.of(content)), wanted, deadline, withoutCache);
	}

	private JudgeRequest request(List<Question> questions, long wanted, long deadline, boolean withoutCache) {
		long now = this.time.now(TimeUnit.NANOSECONDS);
		return new JudgeRequest(questions, CacheInstance.SOMEONE, now + Duration.ofMillis(wanted).toNanos(),
				now + Duration.ofMillis(deadline).toNanos(), withoutCache);
	}

	private List<Outcome> ask(String... posts) {
		List<Outcome> answers = new ArrayList<>();
		classify(List.of(posts)).subscribe(answers::addAll);
		pass(8_000);
		assertThat(answers).hasSize(posts.length);
		return answers;
	}

	/** What a request does. */
	private Mono<List<Outcome>> classify(List<String> posts) {
		return Mono.defer(() -> {
			List<Question> questions = this.verdicts.ask("wish", posts);
			return this.verdicts.lookup(questions).flatMap((found) -> {
				List<Outcome> outcomes = new ArrayList<>(found.verdicts());
				List<Integer> missing = IntStream.range(0, posts.size())
					.filter((i) -> found.verdicts().get(i) == null)
					.boxed()
					.toList();
				return missing.isEmpty() ? Mono.just(outcomes)
						: Asking
							.all(this.verdicts,
									request(missing.stream().map(questions::get).toList(), 7_000, 7_000,
											found.withoutCache()))
							.map((judged) -> {
								for (int i = 0; i < judged.size(); i++) {
									outcomes.set(missing.get(i), judged.get(i));
								}
								return outcomes;
							});
			});
		});
	}

	private double lookups(String found) {
		return this.meters.get(Metrics.VERDICT_LOOKUPS).tag("found", found).counter().count();
	}

	private void pass(long millis) {
		for (long passed = 0; passed < millis; passed += 10) {
			this.time.advanceTimeBy(Duration.ofMillis(Math.min(10, millis - passed)));
		}
	}

}
