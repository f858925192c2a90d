package io.clearview.classifier.verdict;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.clearview.classifier.batch.FakeModel;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Label;
import io.clearview.classifier.verdict.Outcome.Judged;
import io.clearview.classifier.verdict.Outcome.Source;
import io.clearview.kit.testing.MovingClock;
import io.clearview.kit.testing.TestRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** Two instances on one Redis. */
class SharedVerdictsTest {

	private static final String WISH = "Hide spam";

	@RegisterExtension
	static final TestRedis server = new TestRedis();

	private final MovingClock clock = new MovingClock();

	private final FakeModel model = new FakeModel(Schedulers.parallel());

	private CacheInstance one;

	private CacheInstance two;

	@BeforeEach
	void start() {
		server.flush();
		this.model.latency = Duration.ofMillis(50);
		this.one = CacheInstance.patient(this.model, server, this.clock);
		this.two = CacheInstance.patient(this.model, server, this.clock);
	}

	@AfterEach
	void stop() {
		this.one.close();
		this.two.close();
	}

	@Test
	void aVerdictIsBoughtOnceAndThenFoundNearAndFar() {
		assertThat(this.one.ask(WISH, "bad", "good")).containsExactly(new Judged(Label.BLOCK, Source.MODEL, 7),
				new Judged(Label.ALLOW, Source.MODEL, 7));
		assertThat(this.one.ask("  hide SPAM ", "good", "bad ")).containsExactly(
				new Judged(Label.ALLOW, Source.NEAR_CACHE, 0), new Judged(Label.BLOCK, Source.NEAR_CACHE, 0));
		eventually("redis-cache has them", () -> server.ask("KEYS verdict*").startsWith("*2"));
		assertThat(this.two.ask(WISH, "bad", "good")).containsExactly(new Judged(Label.BLOCK, Source.SHARED_CACHE, 0),
				new Judged(Label.ALLOW, Source.SHARED_CACHE, 0));
		assertThat(this.two.ask(WISH, "bad")).containsExactly(new Judged(Label.BLOCK, Source.NEAR_CACHE, 0));
		assertThat(this.model.posts()).containsExactlyInAnyOrder("bad", "good");
		eventually("no lease is left", () -> server.ask("KEYS lease*").startsWith("*0"));
	}

	@Test
	void anOwnerThatStandsStillBeyondItsLeaseCostsOneMorePurchaseAndNobodyAnAnswer() {
		VirtualTimeScheduler still = VirtualTimeScheduler.create();
		still.advanceTimeBy(Duration.ofNanos(System.nanoTime()));
		Duration lease = Duration.ofMillis(300);
		Sinks.One<List<Judgement>> late = Sinks.one();
		this.model.answer = (number, asked) -> (number == 1) ? late.asMono() : Mono.just(asked.labels());
		List<Outcome> waiting = new CopyOnWriteArrayList<>();
		try (CacheInstance owner = CacheInstance.patient(this.model, server, this.clock, lease, still);
				CacheInstance other = CacheInstance.patient(this.model, server, this.clock, lease,
						Schedulers.parallel());
				CacheInstance third = CacheInstance.patient(this.model, server, this.clock, lease,
						Schedulers.parallel())) {
			for (int i = 0; i < 2; i++) {
				owner.classify(WISH, List.of("bad")).subscribe(waiting::addAll);
			}
			eventually("the owner asks the model", () -> {
				still.advanceTimeBy(Duration.ofMillis(1));
				return this.model.asked.size() == 1;
			});
			// from here on no timer of the owner's runs, so nobody renews its lease
			assertThat(Flux.merge(other.classify(WISH, List.of("bad")), third.classify(WISH, List.of("bad")))
				.flatMapIterable((outcomes) -> outcomes)
				.cast(Judged.class)
				.map(Judged::label)
				.collectList()
				.block(Duration.ofSeconds(20))).containsExactly(Label.BLOCK, Label.BLOCK);
			assertThat(this.model.posts()).containsExactly("bad", "bad");
			late.tryEmitValue(List.of(new Judgement(0, Label.BLOCK, 7)));
			eventually("those who waited for the owner are answered", () -> waiting.size() == 2);
			assertThat(waiting).allSatisfy((outcome) -> assertThat(outcome).isInstanceOfSatisfying(Judged.class,
					(judged) -> assertThat(judged.label()).isEqualTo(Label.BLOCK)));
			assertThat(this.one.ask(WISH, "bad")).containsExactly(new Judged(Label.BLOCK, Source.SHARED_CACHE, 0));
			assertThat(this.model.posts()).hasSize(2);
			eventually("no lease is left", () -> server.ask("KEYS lease*").startsWith("*0"));
		}
	}

	@Test
	void noPostIsBoughtTwiceHoweverManyAskForIt() {
		List<String> posts = IntStream.range(0, 1_000).mapToObj((i) -> "post " + i).toList();
		Flux.range(0, 200).flatMap((client) -> {
			CacheInstance instance = (client % 2 == 0) ? this.one : this.two;
			// each client asks 250 posts; each post is asked 50 times
			int first = client * 5 % 1_000;
			List<String> own = Stream.concat(posts.stream(), posts.stream()).skip(first).limit(250).toList();
			return Flux.range(0, 25)
				.concatMap((page) -> instance.classify(WISH, own.subList(page * 10, page * 10 + 10)))
				.doOnNext((outcomes) -> assertThat(outcomes)
					.allSatisfy((outcome) -> assertThat(outcome).isInstanceOf(Judged.class)))
				.then();
		}, 200).blockLast(Duration.ofSeconds(60));
		assertThat(this.model.posts()).doesNotHaveDuplicates().hasSize(1_000);
	}

}
