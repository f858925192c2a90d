package io.clearview.classifier.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.clearview.classifier.batch.FakeModel.Asked;
import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.model.Fault;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Label;
import io.clearview.classifier.model.ModelException;
import io.clearview.classifier.model.ModelException.Kind;
import io.clearview.classifier.telemetry.Metrics;
import io.clearview.kit.testing.Logged;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

class BatcherTest {

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final FakeModel model = new FakeModel(this.time);

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final Map<String, Object> answers = new HashMap<>();

	private final Caller free = new Caller("free", Tier.FREE, "c");

	private final Caller pro = new Caller("pro", Tier.PRO, "c");

	private final Caller enterprise = new Caller("enterprise", Tier.ENTERPRISE, "c");

	private Batcher batcher = batcher(BatchProperties.defaults());

	@Test
	void aLoneRequestLeavesWithinFiveMillisecondsInOneCall() {
		pass(1_000);
		ask("spam", "p", 10, this.free);
		pass(5);
		assertThat(this.model.asked).hasSize(1);
		assertThat(this.model.asked.getFirst().posts()).hasSize(10);
		pass(500);
		assertThat(this.answers).hasSize(10).doesNotContainValue(null);
	}

	@Test
	void theDeadlineOfARequestEndsAllOfItsPostsAndLeavesNoneQueued() {
		this.batcher = batcher(new BatchProperties(2, 6_000, Duration.ofMillis(100), 1, 400));
		this.model.answer = (_, _) -> Mono.never();
		long now = this.time.now(TimeUnit.NANOSECONDS);
		List<CompletableFuture<Judgement>> judgements = this.batcher
			.submit(new Submission("spam", List.of("a", "b", "c", "d", "e"), this.free,
					now + Duration.ofSeconds(1).toNanos(), now + Duration.ofSeconds(1).toNanos()));
		pass(899);
		assertThat(judgements).noneMatch(CompletableFuture::isDone);
		assertThat(this.meters.get(Metrics.BATCH_WAITING).gauge().value()).isEqualTo(3);
		pass(100);
		assertThat(judgements.stream().map(CompletableFuture::isDone)).as("too late to be sent")
			.containsExactly(false, false, true, true, true);
		pass(1);
		assertThat(judgements).allMatch(CompletableFuture::isCompletedExceptionally);
		pass(1_000);
		assertThat(this.meters.get(Metrics.BATCH_WAITING).gauge().value()).isZero();
		assertThat(this.meters.get(Metrics.BATCH_CALLS).gauge().value()).isZero();
	}

	@Test
	void aRequestLearnsHowLongItsPostsWaited() {
		List<Long> waited = new ArrayList<>();
		long deadline = this.time.now(TimeUnit.NANOSECONDS) + Duration.ofSeconds(7).toNanos();
		this.batcher.submit(new Submission("spam", List.of("a", "b", "c"), this.free, deadline, deadline, null,
				waited::add, (_, _) -> {
				}));
		pass(600);
		assertThat(waited).hasSize(1)
			.first()
			.satisfies((nanos) -> assertThat(nanos).isPositive().isLessThan(Duration.ofMillis(5).toNanos()));
	}

	@Test
	void postsOfAUserManyOfWhosePostsAreDeclinedLeaveApartFromThoseOfOthers() {
		this.model.answer = (_,
				asked) -> Mono.just(IntStream.range(0, asked.posts().size())
					.mapToObj((i) -> asked.posts().get(i).contains("bomb") ? Judgement.failed(i, Fault.DECLINED)
							: Asked.label(i, ""))
					.toList());
		for (String round : List.of("first", "second")) {
			ask("spam", round + " bomb", 5, this.free);
			ask("spam", round, 5, this.pro);
			pass(1_000);
		}
		assertThat(this.answers).hasSize(20);
		assertThat(this.model.asked).hasSize(3);
		assertThat(this.model.asked.getFirst().posts()).hasSize(10);
		for (int call : List.of(1, 2)) {
			List<String> posts = this.model.asked.get(call).posts();
			boolean declined = posts.getFirst().contains("bomb");
			assertThat(posts).hasSize(5).allMatch((post) -> post.contains("bomb") == declined);
			assertThat(this.model.oneByOne.get(call)).isEqualTo(declined);
		}
		assertThat(this.model.oneByOne.getFirst()).isFalse();
		pass(100_000);
		assertThat(this.meters.get(Metrics.BATCH_PREFERENCES).gauge().value()).isZero();
	}

	@Test
	void aStreamOfPostsFillsBatches() {
		for (int second = 0; second < 20; second++) {
			for (int i = 0; i < 500; i++) {
				ask("spam", second + "/" + i, 1, this.free);
				pass(2);
			}
		}
		pass(1_000);
		assertThat(this.answers).hasSize(10_000);
		assertThat(10_000.0 / this.model.asked.size()).isGreaterThanOrEqualTo(40);
		assertThat(this.meters.get(Metrics.BATCH_WAIT).timer().max(TimeUnit.MILLISECONDS)).isLessThanOrEqualTo(100);
	}

	@Test
	void forAQuickModelPostsWaitHalfOfWhatACallTakesAndNotLessThanHalfOfTheCeiling() {
		this.model.latency = Duration.ofMillis(140);
		assertThat(longestWaitOfAStream()).isBetween(60L, 75L);
		this.model.latency = Duration.ofMillis(10);
		assertThat(longestWaitOfAStream()).isBetween(40L, 55L);
		this.model.latency = Duration.ofMillis(500);
		assertThat(longestWaitOfAStream()).isBetween(90L, 100L);
	}

	@Test
	void callsThatFailSayNothingOfHowLongToWait() {
		this.model.latency = Duration.ZERO;
		this.model.answer = (_, _) -> Mono.error(new ModelException(Kind.UNAVAILABLE, "out"));
		assertThat(longestWaitOfAStream()).isBetween(90L, 100L);
	}

	@Test
	void aSlowStreamIsNotKeptWaitingForNothing() {
		for (int i = 0; i < 100; i++) {
			ask("spam", "p" + i, 1, this.free);
			pass(250);
		}
		assertThat(this.meters.get(Metrics.BATCH_WAIT).timer().max(TimeUnit.MILLISECONDS)).isLessThanOrEqualTo(5);
	}

	@Test
	void waitingEndsWhenWhatItWouldGainIsLessThanAPost() {
		for (int i = 0; i < 400; i++) {
			ask("spam", "p" + i, 1, this.free);
			pass(25);
		}
		// 40 a second: another post is worth waiting for until 25 ms before the end
		assertThat(this.meters.get(Metrics.BATCH_WAIT).timer().max(TimeUnit.MILLISECONDS)).isBetween(60.0, 85.0);
		assertThat(this.meters.get(Metrics.BATCH_LEFT).tag("cause", "no_gain").counter().count()).isGreaterThan(80);
	}

	@Test
	void manyPreferencesAtOnceAllLeaveAtOnceWhileSlotsAreFree() {
		this.batcher = batcher(new BatchProperties(50, 6_000, Duration.ofMillis(100), 200, 4_000));
		for (int i = 0; i < 200; i++) {
			ask("wish " + i, "p" + i, 1, this.free);
		}
		pass(5);
		assertThat(this.model.asked).hasSize(200);
	}

	@Test
	void manyPreferencesAtOnceKeepAllSlotsBusyUntilNoneIsLeft() {
		for (int i = 0; i < 200; i++) {
			ask("wish " + i, "p" + i, 1, this.free);
		}
		for (int wave = 1; wave <= 6; wave++) {
			pass(5);
			assertThat(this.model.asked).hasSize(32 * wave);
			assertThat(this.model.active).hasValue(32);
			pass(500 - 5);
		}
		pass(600);
		assertThat(this.answers).hasSize(200);
		assertThat(this.model.mostActive).hasValue(32);
	}

	@Test
	void aBatchHoldsOnePreferenceOnly() {
		for (int i = 0; i < 40; i++) {
			ask("wish " + i % 3, "p" + i, 1, this.free);
		}
		pass(600);
		assertThat(this.model.asked).hasSize(3)
			.allSatisfy((call) -> assertThat(call.posts()).allMatch((post) -> call.preference()
				.equals("wish " + Integer.parseInt(post.substring(1, post.indexOf('#'))) % 3)));
	}

	@Test
	void aFullBatchLeavesAtOnceByPostsOrByTokens() {
		ask("spam", "p", 120, this.free);
		assertThat(this.model.asked).extracting((call) -> call.posts().size()).containsExactly(50, 50);
		ask("long", "word ".repeat(800), 13, this.free);
		assertThat(this.model.asked).hasSize(4);
		assertThat(this.model.asked.get(2).posts()).hasSize(5);
		pass(5);
		assertThat(this.model.asked).hasSize(6);
	}

	@Test
	void aPostLargerThanAPromptLeavesAlone() {
		ask("long", "word ".repeat(8_000), 2, this.free);
		assertThat(this.model.asked).extracting((call) -> call.posts().size()).containsExactly(1, 1);
	}

	@Test
	void aDeadlineThatCanStillBeMetMakesABatchLeaveEarly() {
		stream("spam", 2_000);
		int before = this.model.asked.size();
		long now = this.time.now(TimeUnit.NANOSECONDS);
		submit("spam", "hurry", this.free, now + Duration.ofMillis(530).toNanos(),
				now + Duration.ofSeconds(7).toNanos());
		pass(31);
		assertThat(this.model.asked.subList(before, this.model.asked.size()))
			.anySatisfy((call) -> assertThat(call.posts()).contains("hurry"));
		pass(1_000);
		stream("spam", 2_000);
		before = this.model.asked.size();
		now = this.time.now(TimeUnit.NANOSECONDS);
		submit("spam", "hopeless", this.free, now + 1, now + Duration.ofSeconds(7).toNanos());
		pass(31);
		assertThat(this.model.asked.subList(before, this.model.asked.size()))
			.noneSatisfy((call) -> assertThat(call.posts()).contains("hopeless"));
	}

	@Test
	void higherTiersLeaveFirstWhenSlotsAreShort() {
		this.batcher = batcher(new BatchProperties(2, 6_000, Duration.ofMillis(100), 1, 400));
		ask("busy", "b", 2, this.free);
		ask("spam", "f", 3, this.free);
		ask("spam", "p", 1, this.pro);
		ask("other", "x", 1, this.free);
		ask("third", "e", 1, this.enterprise);
		pass(5_000);
		assertThat(this.model.asked).extracting(Asked::posts)
			.containsExactly(List.of("b#0", "b#1"), List.of("e#0"), List.of("p#0", "f#0"), List.of("f#1", "f#2"),
					List.of("x#0"));
	}

	@Test
	void aPostThatIsTooLateForACallTakesNoLowerTierWithIt() {
		this.batcher = batcher(new BatchProperties(5, 6_000, Duration.ofMillis(100), 1, 400));
		this.model.latency = Duration.ofSeconds(1);
		ask("busy", "b", 1, this.free);
		pass(20);
		ask("spam", "f", 1, this.free);
		long soon = this.time.now(TimeUnit.NANOSECONDS) + Duration.ofMillis(1_500).toNanos();
		submit("spam", "e", this.enterprise, soon, soon);
		ask("other", "p", 1, this.pro);
		pass(5_000);
		assertThat(kind("e")).isEqualTo(Kind.TIMEOUT);
		assertThat(this.model.posts()).containsExactly("b#0", "p#0", "f#0");
	}

	@Test
	void theRestOfARequestLeavesWhoseFullBatchEmptiedItsQueue() {
		this.batcher = batcher(new BatchProperties(2, 6_000, Duration.ofMillis(100), 40, 12));
		for (int i = 0; i < 14; i++) {
			ask("wish " + i, "w" + i, 1, this.enterprise);
			pass(100);
		}
		long deadline = this.time.now(TimeUnit.NANOSECONDS) + Duration.ofSeconds(7).toNanos();
		this.batcher.submit(new Submission("last wish", List.of("a", "b", "c"), this.enterprise, deadline, deadline));
		pass(1_000);
		assertThat(this.model.posts()).contains("a", "b", "c");
	}

	@Test
	void aUserHoldsAQuarterOfTheQueueAtMost() {
		this.batcher = batcher(new BatchProperties(50, 6_000, Duration.ofMillis(100), 1, 400));
		ask("busy", "b", 50, this.pro);
		ask("spam", "f", 150, this.free);
		ask("spam", "p", 10, this.pro);
		pass(0);
		assertThat(this.answers.values().stream().filter(BatchRefusedException.class::isInstance)).hasSize(50);
		assertThat(this.meters.get(Metrics.BATCH_REFUSED).tag("limit", "share").counter().count()).isEqualTo(50);
		pass(5_000);
		assertThat(this.answers).hasSize(210);
	}

	@Test
	void whatDoesNotFitIsRefusedAtOnceAndTheLastRoomIsForHigherTiers() {
		this.batcher = batcher(new BatchProperties(50, 6_000, Duration.ofMillis(100), 1, 100));
		ask("busy", "b", 1, this.enterprise);
		pass(5);
		for (int i = 0; i < 90; i++) {
			ask("spam", "f" + i, 1, new Caller("u" + i, Tier.FREE, "c"));
		}
		assertThat(refused()).isEqualTo(10);
		for (int i = 0; i < 20; i++) {
			ask("spam", "p" + i, 1, new Caller("v" + i, Tier.PRO, "c"));
		}
		assertThat(refused()).isEqualTo(20);
		for (int i = 0; i < 20; i++) {
			ask("spam", "e" + i, 1, new Caller("w" + i, Tier.ENTERPRISE, "c"));
		}
		assertThat(refused()).isEqualTo(30);
		assertThat(this.meters.get(Metrics.BATCH_WAITING).gauge().value()).isEqualTo(100);
	}

	@Test
	void whatAnAnswerLeavesOutIsAskedOnceMoreWithoutTheRest() {
		this.model.answer = (number, asked) -> Mono.just(switch (number) {
			case 1 -> List.of(Asked.label(3, asked.posts().get(3)), Asked.label(0, asked.posts().get(0)),
					new Judgement(0, Label.BLOCK, 7), new Judgement(9, Label.BLOCK, 7),
					new Judgement(-1, Label.BLOCK, 7));
			case 2 -> List.of(Asked.label(1, "bad"));
			default -> asked.labels();
		});
		ask("spam", "p", 4, this.free);
		pass(2_000);
		assertThat(this.model.asked).extracting(Asked::posts)
			.containsExactly(List.of("p#0", "p#1", "p#2", "p#3"), List.of("p#1", "p#2"));
		assertThat(this.answers.get("p#0")).isEqualTo(new Judgement(0, Label.ALLOW, 7));
		assertThat(this.answers.get("p#3")).isEqualTo(new Judgement(3, Label.ALLOW, 7));
		assertThat(this.answers.get("p#2")).isEqualTo(new Judgement(1, Label.BLOCK, 7));
		assertThat(kind("p#1")).isEqualTo(Kind.GARBAGE);
		assertThat(this.meters.get(Metrics.BATCH_ASKED_AGAIN).counter().count()).isEqualTo(2);
		assertThat(this.meters.get(Metrics.BATCH_CALLS).gauge().value()).isZero();
	}

	@Test
	void aModelThatFailsFailsEveryPostOfTheBatchAndFreesItsSlot() {
		this.batcher = batcher(new BatchProperties(2, 6_000, Duration.ofMillis(100), 1, 400));
		this.model.answer = (number, asked) -> switch (number) {
			case 1 -> Mono.error(new ModelException(Kind.BUDGET, "spent"));
			case 2 -> Mono.error(new IllegalStateException("a bug"));
			case 3 -> throw new IllegalStateException("thrown");
			case 4 -> Mono.empty();
			case 5 -> Mono.empty();
			default -> Mono.just(asked.labels());
		};
		for (int i = 0; i < 5; i++) {
			ask("spam", "p" + i, 2, this.free);
		}
		pass(5_000);
		assertThat(kind("p0#1")).isEqualTo(Kind.BUDGET);
		assertThat(kind("p1#0")).isEqualTo(Kind.UNAVAILABLE);
		assertThat(kind("p2#1")).isEqualTo(Kind.UNAVAILABLE);
		assertThat(kind("p3#1")).isEqualTo(Kind.GARBAGE);
		assertThat(this.answers.get("p4#0")).isInstanceOf(Judgement.class);
	}

	@Test
	void aModelThatNeverAnswersIsGivenUpAtTheDeadline() {
		this.batcher = batcher(new BatchProperties(50, 6_000, Duration.ofMillis(100), 1, 400));
		this.model.latency = Duration.ofDays(1);
		try (Logged dropped = Logged.dropped()) {
			ask("spam", "p", 2, this.free);
			pass(100);
			ask("spam", "q", 1, this.free);
			pass(6_899);
			assertThat(this.answers).isEmpty();
			pass(1);
			assertThat(kind("p#0")).isEqualTo(Kind.TIMEOUT);
			assertThat(kind("p#1")).isEqualTo(Kind.TIMEOUT);
			pass(100);
			assertThat(kind("q#0")).isEqualTo(Kind.TIMEOUT);
			pass(1_000);
			assertThat(dropped.messages()).as("a call may end 1 s late").isEmpty();
		}
		assertThat(this.meters.get(Metrics.BATCH_CALLS).gauge().value()).as("slots in use").isZero();
		assertThat(this.model.active).as("calls not cancelled").hasValue(0);
	}

	@Test
	void theModelIsToldTheLastDeadline() {
		pass(3_600_000);
		this.batcher = batcher(BatchProperties.defaults());
		long now = this.time.now(TimeUnit.NANOSECONDS);
		submit("spam", "one", this.free, now + 5_000_000_000L, now + 5_000_000_000L);
		submit("spam", "two", this.free, now + 6_000_000_000L, now + 6_000_000_000L);
		pass(600);
		assertThat(this.model.deadlines).containsExactly(now + 6_000_000_000L + Call.LATE.toNanos());
		assertThat(this.answers).hasSize(2);
	}

	@Test
	void aPostNobodyWaitsForIsNotAsked() {
		List<Disposable> requests = ask("spam", "p", 3, this.free);
		requests.get(1).dispose();
		pass(600);
		assertThat(this.model.posts()).containsExactly("p#0", "p#2");
		requests = ask("spam", "q", 3, this.free);
		requests.forEach(Disposable::dispose);
		pass(600);
		assertThat(this.model.posts()).containsExactly("p#0", "p#2");
		assertThat(this.meters.get(Metrics.BATCH_WAITING).gauge().value()).isZero();
	}

	@Test
	void aPostWhoseDeadlineHasPassedIsNotQueued() {
		long now = this.time.now(TimeUnit.NANOSECONDS);
		submit("spam", "late", this.free, now, now);
		assertThat(kind("late")).isEqualTo(Kind.TIMEOUT);
		pass(600);
		assertThat(this.model.asked).isEmpty();
	}

	@Test
	void aWaiterThatFailsToTakeItsAnswerTakesNoneFromOthers() {
		long deadline = this.time.now(TimeUnit.NANOSECONDS) + Duration.ofSeconds(7).toNanos();
		submit(new Submission("spam", List.of("first"), this.free, deadline, deadline))
			.subscribe(new BaseSubscriber<>() {

				@Override
				protected void hookOnNext(Judgement value) {
					throw new IllegalStateException("cannot take it");
				}

				@Override
				protected void hookOnError(Throwable throwable) {
					throw new IllegalStateException("cannot take it either");
				}

			});
		ask("spam", "p", 2, this.free);
		pass(600);
		assertThat(this.answers.get("p#0")).isInstanceOf(Judgement.class);
		assertThat(this.answers.get("p#1")).isInstanceOf(Judgement.class);
		assertThat(this.meters.get(Metrics.BATCH_CALLS).gauge().value()).isZero();
	}

	@Test
	void anAnswerThatComesAfterTheDeadlineIsHandedOver() {
		this.model.latency = Duration.ofMillis(1_050);
		Map<Integer, Judgement> late = new HashMap<>();
		long deadline = this.time.now(TimeUnit.NANOSECONDS) + Duration.ofSeconds(1).toNanos();
		List<CompletableFuture<Judgement>> judgements = this.batcher
			.submit(new Submission("spam", List.of("good", "bad"), this.free, deadline, deadline, null, (_) -> {
			}, (judgement, index) -> late.put(index, judgement)));
		pass(1_000);
		assertThat(judgements).allMatch(CompletableFuture::isCompletedExceptionally);
		assertThat(late).isEmpty();
		pass(100);
		assertThat(late).containsOnly(Map.entry(0, new Judgement(0, Label.ALLOW, 7)),
				Map.entry(1, new Judgement(1, Label.BLOCK, 7)));
	}

	@ParameterizedTest
	@ValueSource(doubles = { 1.25, 2, 10 })
	void anOverloadOfTwoMinutesCostsTheSurplusAndNotTheService(double load) {
		this.model.latency = Duration.ofSeconds(2);
		double capacity = 32 / 2.0;
		double offered = 0;
		int posts = 0;
		int[] judged = new int[1];
		for (int millis = 0; millis < 120_000; millis += 5) {
			offered += load * capacity * 5 / 1_000;
			while (posts < offered) {
				long deadline = this.time.now(TimeUnit.NANOSECONDS) + Duration.ofSeconds(7).toNanos();
				int number = posts++;
				submit(new Submission("wish " + number, List.of("post"), new Caller("u" + number, Tier.FREE, "c"),
						deadline, deadline))
					.subscribe((_) -> judged[0]++, (_) -> {
					});
			}
			this.time.advanceTimeBy(Duration.ofMillis(5));
			if (millis == 10_000) {
				judged[0] = 0;
			}
		}
		assertThat(judged[0] / 110.0).isGreaterThanOrEqualTo(0.9 * capacity);
		assertThat(this.model.mostActive.get()).isLessThanOrEqualTo(32);
		pass(5_000);
		ask("afterwards", "p", 10, this.free);
		// the slots, all taken at the same time, are free again within 2 s
		pass(4_100);
		assertThat(this.answers).hasSize(10)
			.allSatisfy((_, answer) -> assertThat(answer).isInstanceOf(Judgement.class));
	}

	@Test
	void aRateLimitOfTheProviderShrinksTheCallsAtATimeAndAnswersGrowThem() {
		ask("spam", "p", 1, this.free);
		pass(600);
		assertThat(this.meters.get(Metrics.BATCH_LIMIT).gauge().value()).isEqualTo(32);
		this.model.answer = (_, _) -> Mono.error(new ModelException(Fault.RATE_LIMIT, "429"));
		ask("spam", "q", 1, this.free);
		pass(600);
		assertThat(this.meters.get(Metrics.BATCH_LIMIT).gauge().value()).isEqualTo(28);
		this.model.answer = (_, asked) -> Mono.just(asked.labels());
		for (int i = 0; i < 300; i++) {
			ask("wish " + i, "r", 1, this.free);
		}
		pass(6_000);
		assertThat(this.meters.get(Metrics.BATCH_LIMIT).gauge().value()).isEqualTo(32);
	}

	@Test
	void thousandsOfIdlePreferencesLeaveNothingBehind() {
		this.model.latency = Duration.ofMillis(10);
		for (int i = 0; i < 20_000; i++) {
			ask("wish " + i, "p" + i, 1, this.free);
			pass(1);
			assertThat(this.meters.get(Metrics.BATCH_PREFERENCES).gauge().value()).isLessThan(4_100);
		}
		pass(2_600);
		assertThat(this.meters.get(Metrics.BATCH_PREFERENCES).gauge().value()).isZero();
	}

	private Batcher batcher(BatchProperties limits) {
		this.meters.clear();
		return Batcher.of(this.model, limits, this.time, this.meters);
	}

	private void stream(String preference, int millis) {
		for (int i = 0; i < millis; i += 5) {
			ask(preference, "s" + this.time.now(TimeUnit.MILLISECONDS), 1, this.enterprise);
			pass(5);
		}
	}

	/**
	 * In milliseconds, from the first post of a batch to the call, once it is known how
	 * long calls take.
	 */
	private long longestWaitOfAStream() {
		stream("spam", 4_000);
		int before = this.model.asked.size();
		stream("spam", 2_000);
		List<Asked> calls = this.model.asked.subList(before + 1, this.model.asked.size());
		return calls.stream()
			.mapToLong((call) -> call.millis() - cameMillis(call.posts().getFirst()))
			.max()
			.orElseThrow();
	}

	/** When a post of a {@link #stream} came. */
	private static long cameMillis(String post) {
		return Long.parseLong(post.substring(1, post.indexOf('#')));
	}

	private List<Disposable> ask(String preference, String content, int posts, Caller caller) {
		long deadline = this.time.now(TimeUnit.NANOSECONDS) + Duration.ofSeconds(7).toNanos();
		List<Disposable> requests = new ArrayList<>();
		IntStream.range(0, posts)
			.forEach((i) -> requests.add(submit(preference, content + "#" + i, caller, deadline, deadline)));
		return requests;
	}

	private Disposable submit(String preference, String content, Caller caller, long wanted, long deadline) {
		return submit(new Submission(preference, List.of(content), caller, wanted, deadline)).subscribe(
				(judgement) -> assertThat(this.answers.put(content, judgement)).isNull(),
				(fault) -> assertThat(this.answers.put(content, fault)).isNull());
	}

	private Mono<Judgement> submit(Submission submission) {
		return Mono.fromFuture(() -> this.batcher.submit(submission).getFirst());
	}

	private void pass(long millis) {
		// in steps, so that what happens at one time happens in its order
		for (long i = 0; i < Math.min(millis, 100); i++) {
			this.time.advanceTimeBy(Duration.ofMillis(1));
		}
		this.time.advanceTimeBy(Duration.ofMillis(Math.max(millis - 100, 0)));
	}

	private long refused() {
		return this.answers.values().stream().filter(BatchRefusedException.class::isInstance).count();
	}

	private @Nullable Kind kind(String content) {
		return (this.answers.get(content) instanceof ModelException fault) ? fault.kind() : null;
	}

}
