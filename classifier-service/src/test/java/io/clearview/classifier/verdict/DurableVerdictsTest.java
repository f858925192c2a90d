package io.clearview.classifier.verdict;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import io.clearview.classifier.batch.BatchProperties;
import io.clearview.classifier.batch.Batcher;
import io.clearview.classifier.batch.FakeModel;
import io.clearview.classifier.model.Label;
import io.clearview.classifier.model.ModelException;
import io.clearview.classifier.model.ModelException.Kind;
import io.clearview.classifier.telemetry.Metrics;
import io.clearview.classifier.verdict.Outcome.FailedOpen;
import io.clearview.classifier.verdict.Outcome.Judged;
import io.clearview.classifier.verdict.Outcome.Reason;
import io.clearview.classifier.verdict.Outcome.Source;
import io.clearview.classifier.verdict.VerdictProperties.Mode;
import io.clearview.kit.durable.DurableChange;
import io.clearview.kit.durable.DurableMetrics;
import io.clearview.kit.durable.DurableSettings;
import io.clearview.kit.durable.GuardedStore;
import io.clearview.kit.durable.WriteBehind;
import io.clearview.kit.telemetry.Tracing;
import io.clearview.kit.testing.MemoryDurableStore;
import io.clearview.kit.testing.MovingClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/** Verdicts that survive the loss of redis-cache in the durable store. */
class DurableVerdictsTest {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final int READS_PER_SECOND = 60;

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final MovingClock clock = new MovingClock();

	private final FakeModel model = new FakeModel(this.time);

	private final FakeShared shared = new FakeShared();

	private final MemoryDurableStore store = new MemoryDurableStore();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final AtomicBoolean needed = new AtomicBoolean();

	private final Service service = new Service();

	@Test
	void aVerdictThatRedisLostIsReadInsteadOfBought() {
		ask(this.service, "bad", "good");
		this.service.writes.flush().block(LIMIT);
		loseRedis();
		Service other = new Service();

		assertThat(ask(other, "bad", "good", "new")).containsExactly(new Judged(Label.BLOCK, Source.DURABLE_STORE, 0),
				new Judged(Label.ALLOW, Source.DURABLE_STORE, 0), new Judged(Label.ALLOW, Source.MODEL, 7));

		assertThat(this.model.posts()).containsExactly("bad", "good", "new");
		assertThat(this.store.reads).as("one call").hasSize(1);
		assertThat(this.shared.entries).as("redis-cache has them again").hasSize(3);
		assertThat(ask(other, "bad")).containsExactly(new Judged(Label.BLOCK, Source.NEAR_CACHE, 0));
		assertThat(lookups("durable")).isEqualTo(2);
		assertThat(lookups("nowhere")).as("twice bought, once new").isEqualTo(3);
	}

	@Test
	void whileRedisIsOutVerdictsAreReadAndNotKeptForIt() {
		ask(this.service, "bad");
		this.service.writes.flush().block(LIMIT);
		loseRedis();
		this.shared.out = true;

		Verdicts.Known known = Objects.requireNonNull(look(new Service(), List.of("bad", "new"), 7_000));

		assertThat(known.verdicts()).containsExactly(new Judged(Label.BLOCK, Source.DURABLE_STORE, 0), null);
		assertThat(known.withoutCache()).isTrue();
		assertThat(this.shared.entries).isEmpty();
	}

	@Test
	void whatRedisCanServeIsNotReadNorIsAnythingWhileItIsWhole() {
		ask(this.service, "bad");
		this.service.writes.flush().block(LIMIT);
		Service other = new Service();
		this.needed.set(true);
		assertThat(ask(other, "bad")).containsExactly(new Judged(Label.BLOCK, Source.SHARED_CACHE, 0));
		this.needed.set(false);
		assertThat(ask(other, "new")).containsExactly(new Judged(Label.ALLOW, Source.MODEL, 7));
		assertThat(this.store.reads).isEmpty();
	}

	@Test
	void onlyVerdictsOfTheModelAreWrittenAndNothingOfWhatWasAsked() {
		ask(this.service, "bad");
		this.model.answer = (_, _) -> Mono.error(new ModelException(Kind.UNAVAILABLE, "503"));
		assertThat(ask(this.service, "other")).containsExactly(new FailedOpen(Reason.MODEL_UNAVAILABLE, true));
		this.service.writes.flush().block(LIMIT);

		assertThat(this.store.documents.values()).singleElement().satisfies((document) -> {
			assertThat(document.id()).isEqualTo("v" + key("bad"));
			Instant judged = this.clock.instant();
			assertThat(document.fields()).isEqualTo(Map.of("entry", "1B" + judged.toEpochMilli(), "expires",
					Instant.ofEpochMilli(judged.plus(Duration.ofHours(48)).toEpochMilli())));
		});
	}

	@Test
	void anOldVerdictIsBoughtAgainAndStandsInWhereTheModelFailsUntilItsHardAge() {
		ask(this.service, "bad");
		this.service.writes.flush().block(LIMIT);
		loseRedis();
		this.clock.advance(Duration.ofHours(7));
		this.model.answer = (_, _) -> Mono.error(new ModelException(Kind.UNAVAILABLE, "503"));
		assertThat(ask(new Service(), "bad")).containsExactly(new Judged(Label.BLOCK, Source.STALE, 0));
		this.shared.entries.clear();
		this.clock.advance(Duration.ofHours(41));
		assertThat(this.store.documents).as("not deleted yet").hasSize(1);
		assertThat(ask(new Service(), "bad")).containsExactly(new FailedOpen(Reason.MODEL_UNAVAILABLE, true));
	}

	@Test
	void requestsAtTheSameTimeShareARead() {
		ask(this.service, "bad", "good");
		this.service.writes.flush().block(LIMIT);
		loseRedis();
		Service other = new Service();
		this.store.before = Mono.delay(Duration.ofMillis(100), this.time);
		List<Verdicts.Known> answers = new ArrayList<>();
		lookup(other, List.of("bad"), 7_000).subscribe(answers::add);
		lookup(other, List.of("good", "bad", "bad"), 7_000).subscribe(answers::add);
		this.time.advanceTimeBy(Duration.ofMillis(100));
		assertThat(answers).hasSize(2).allSatisfy((known) -> assertThat(known.verdicts()).doesNotContainNull());
		assertThat(this.store.read()).containsExactlyInAnyOrder("v" + key("bad"), "v" + key("good"));
	}

	@Test
	void aVerdictThatIsNotThereIsNotAskedForAgainForAWhile() {
		loseRedis();
		this.shared.out = true;
		for (int i = 0; i < 3; i++) {
			assertThat(look(this.service, List.of("new"), 7_000).verdicts()).containsOnlyNulls();
		}
		assertThat(this.store.reads).hasSize(1);
		this.time.advanceTimeBy(DurableVerdicts.ABSENT);
		look(this.service, List.of("new"), 7_000);
		assertThat(this.store.reads).hasSize(2);
	}

	@Test
	void anInstanceReadsNoMoreThanItMay() {
		loseRedis();
		this.shared.out = true;
		for (int request = 0; request < 10; request++) {
			int first = 50 * request;
			look(this.service, IntStream.range(first, first + 50).mapToObj((i) -> "new " + i).toList(), 7_000);
		}
		assertThat(this.store.read().size()).as("of 500 posts").isBetween(50, 450);
		assertThat(this.meters.get("clearview.durable.limited").counter().count()).isPositive();
	}

	@Test
	void aStoreThatHangsTakesHalfOfTheTimeThatIsLeftAtMost() {
		loseRedis();
		this.store.before = Mono.never();
		List<Verdicts.Known> answers = new ArrayList<>();
		lookup(this.service, List.of("bad"), 200).subscribe(answers::add);
		this.time.advanceTimeBy(Duration.ofMillis(99));
		assertThat(answers).isEmpty();
		this.time.advanceTimeBy(Duration.ofMillis(1));
		assertThat(answers).singleElement().satisfies((known) -> assertThat(known.verdicts()).containsOnlyNulls());
	}

	@Test
	void aStoreThatFailsCostsNothingButTheVerdict() {
		loseRedis();
		this.store.fail();
		for (int i = 0; i < 20; i++) {
			assertThat(ask(this.service, "bad " + i)).containsExactly(new Judged(Label.BLOCK, Source.MODEL, 7));
		}
		this.store.mend();
		this.service.writes.flush().block(LIMIT);
		assertThat(this.store.documents).as("written once it is back").hasSize(20);
	}

	@Test
	void anyKeyIsTheNameOfADocument() {
		// all digits of its text are underscores
		VerdictKey key = new VerdictKey(-1, -1);
		assertThat(key.toString()).startsWith("__");
		this.service.archive.keep(key, new Entry(Label.BLOCK, this.clock.millis()));
		this.service.writes.flush().block(LIMIT);
		assertThat(this.service.archive.recall(List.of(key, new VerdictKey(1, 1)), LIMIT).block(LIMIT))
			.containsExactly(new Entry(Label.BLOCK, this.clock.millis()), null);
	}

	@Test
	void whatCannotBeReadIsNoVerdict() {
		VerdictKey key = new VerdictKey(1, 2);
		this.store.merge(List.of(new DurableChange("verdicts", "v" + key, Map.of("entry", "2Zlater")))).block(LIMIT);
		assertThat(this.service.archive.recall(List.of(key), LIMIT).block(LIMIT)).containsOnlyNulls();
	}

	private void loseRedis() {
		this.shared.entries.clear();
		this.needed.set(true);
	}

	private List<Outcome> ask(Service service, String... posts) {
		List<String> contents = List.of(posts);
		Verdicts.Known known = look(service, contents, 7_000);
		List<@Nullable Outcome> outcomes = new ArrayList<>(known.verdicts());
		List<Integer> missing = IntStream.range(0, posts.length)
			.filter((i) -> outcomes.get(i) == null)
			.boxed()
			.toList();
		if (!missing.isEmpty()) {
			List<Question> asked = service.verdicts.ask("wish", missing.stream().map(contents::get).toList());
			long deadline = this.time.now(TimeUnit.NANOSECONDS) + Duration.ofSeconds(7).toNanos();
			service.verdicts
				.judge(new JudgeRequest(asked, CacheInstance.SOMEONE, deadline, deadline, known.withoutCache()),
						(index, outcome) -> outcomes.set(missing.get(index), outcome))
				.subscribe();
			this.time.advanceTimeBy(Duration.ofSeconds(8));
		}
		return outcomes.stream().map(Objects::requireNonNull).toList();
	}

	private Verdicts.Known look(Service service, List<String> posts, long within) {
		return Objects.requireNonNull(lookup(service, posts, within).block(LIMIT));
	}

	private Mono<Verdicts.Known> lookup(Service service, List<String> posts, long within) {
		return service.verdicts.lookup(service.verdicts.ask("wish", posts),
				this.time.now(TimeUnit.NANOSECONDS) + TimeUnit.MILLISECONDS.toNanos(within));
	}

	private VerdictKey key(String post) {
		return this.service.verdicts.ask("wish", List.of(post)).getFirst().key();
	}

	private double lookups(String found) {
		return this.meters.get(Metrics.VERDICT_LOOKUPS).tag("found", found).counter().count();
	}

	/** A classifier, as far as verdicts go. */
	private final class Service {

		private final WriteBehind writes;

		private final DurableVerdicts archive;

		private final Verdicts verdicts;

		Service() {
			DurableVerdictsTest test = DurableVerdictsTest.this;
			DurableMetrics durable = new DurableMetrics(test.meters);
			GuardedStore guarded = new GuardedStore(test.store,
					new DurableSettings(DurableSettings.Kind.FIRESTORE, "test", "(default)", null, null, LIMIT, LIMIT,
							Duration.ofMillis(1), LIMIT, 1_000, READS_PER_SECOND),
					durable);
			VerdictProperties properties = new VerdictProperties(Mode.REDIS, Duration.ofHours(6), Duration.ofHours(48),
					DataSize.ofMegabytes(1), 512, Duration.ofSeconds(7), 20_000, Duration.ofSeconds(2), 100);
			Ages ages = new Ages(test.clock, properties.softAge(), properties.hardAge());
			this.writes = new WriteBehind(test.store, LIMIT, 1_000, WriteBehind.WhenFull.DROP_OLDEST, test.time,
					durable.queue(DurableVerdicts.QUEUE));
			this.archive = new DurableVerdicts(guarded, this.writes, test.needed::get, ages, test.time);
			Batcher batcher = Batcher.of(test.model, BatchProperties.defaults(), test.time, new SimpleMeterRegistry());
			this.verdicts = CachedVerdicts.of(test.model, batcher, test.shared, this.archive, properties, ages,
					test.time, new VerdictMetrics(test.meters), Tracing.NOOP, null);
		}

	}

}
