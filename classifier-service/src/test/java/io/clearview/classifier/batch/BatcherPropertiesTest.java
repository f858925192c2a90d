package io.clearview.classifier.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Label;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.ModelException;
import io.clearview.classifier.model.ModelException.Kind;
import io.clearview.classifier.model.TokenEstimate;
import io.clearview.classifier.telemetry.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whoever asks, gives up, is late or meets a model that fails, in whatever order: what
 * holds of the batcher. Limits are small, so that all of them are met.
 */
class BatcherPropertiesTest {

	private static final BatchProperties LIMITS = new BatchProperties(5, 60, Duration.ofMillis(100), 2, 24);

	private static final Tier[] TIERS = Tier.values();

	@Property(tries = 100)
	void everyRuleHoldsAtEveryMoment(@ForAll("steps") List<Step> steps) {
		World world = new World();
		for (Step step : steps) {
			switch (step) {
				case Comes comes -> world.come(comes);
				case Leaves(int post) -> world.leave(post);
				case Turns(Mood mood, int millis) -> world.model(mood, millis);
				case Time(int millis) -> world.pass(millis);
			}
			world.pass(0);
		}
		world.pass(5_000);
		world.checkEnd();
	}

	@Provide
	Arbitrary<List<Step>> steps() {
		Arbitrary<Step> comes = Combinators
			.combine(Arbitraries.integers().between(0, 2), Arbitraries.integers().between(0, 8),
					Arbitraries.integers().between(1, 70), Arbitraries.integers().between(0, 2_000),
					Arbitraries.integers().between(1, 2_000))
			.as(Comes::new);
		Arbitrary<Step> leaves = Arbitraries.integers().between(0, 60).map(Leaves::new);
		Arbitrary<Step> turns = Combinators.combine(Arbitraries.of(Mood.class), Arbitraries.integers().between(0, 400))
			.as(Turns::new);
		Arbitrary<Step> time = Arbitraries.integers().between(1, 150).map(Time::new);
		return Arbitraries.frequencyOf(Tuple.of(16, comes), Tuple.of(2, leaves), Tuple.of(1, turns), Tuple.of(4, time))
			.list()
			.ofMinSize(20)
			.ofMaxSize(150);
	}

	/** Something that happens. */
	sealed interface Step {

	}

	/**
	 * A post of so many words is asked for, wanted by a time and useless after another.
	 */
	record Comes(int preference, int user, int words, int wantedMillis, int patienceMillis) implements Step {
	}

	/** Whoever asked for a post gives up. */
	record Leaves(int post) implements Step {
	}

	/** The model begins to answer like this, and after so long. */
	record Turns(Mood mood, int millis) implements Step {
	}

	/** Time passes. */
	record Time(int millis) implements Step {
	}

	/** How the model answers. */
	enum Mood {

		WELL, HALF, NOTHING, ERROR, THROWS, NEVER

	}

	/** A batcher, those who ask it and the model behind it. */
	private static final class World implements Model {

		private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

		private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

		private final Batcher batcher = Batcher.of(this, LIMITS, this.time, this.meters);

		private final Map<String, Asker> askers = new HashMap<>();

		private final List<Asker> order = new ArrayList<>();

		private final List<String> broken = new ArrayList<>();

		private final List<List<Asker>> left = new ArrayList<>();

		private Mood mood = Mood.WELL;

		private Duration latency = Duration.ofMillis(50);

		private int calls;

		void come(Comes comes) {
			int number = this.order.size();
			String preference = "wish" + comes.preference();
			String content = preference + " " + number + ((number % 3 == 0) ? " bad" : "")
					+ " word".repeat(comes.words());
			Asker asker = new Asker(content, "user" + comes.user(), TIERS[comes.user() % TIERS.length], millis());
			this.askers.put(content, asker);
			this.order.add(asker);
			long now = this.time.now(TimeUnit.NANOSECONDS);
			Submission submission = new Submission(preference, List.of(content),
					new Caller(asker.user, asker.tier, "c"), now + Duration.ofMillis(comes.wantedMillis()).toNanos(),
					now + Duration.ofMillis(comes.patienceMillis()).toNanos());
			asker.waiting = Mono.fromFuture(() -> this.batcher.submit(submission).getFirst())
				.doOnNext((judgement) -> check(judgement.label() == asker.label(), "the label of another post"))
				.subscribe((_) -> asker.answers++, (_) -> asker.answers++);
		}

		void leave(int post) {
			if (post < this.order.size() && this.order.get(post).answers == 0) {
				this.order.get(post).gone = true;
				this.order.get(post).waiting.dispose();
			}
		}

		void model(Mood mood, int millis) {
			this.mood = mood;
			this.latency = Duration.ofMillis(millis);
		}

		void pass(int millis) {
			this.time.advanceTimeBy(Duration.ZERO);
			check();
			for (int i = 0; i < millis; i++) {
				this.time.advanceTimeBy(Duration.ofMillis(1));
				check();
			}
		}

		@Override
		public Mono<List<Judgement>> judge(String preference, List<String> posts) {
			List<Asker> batch = posts.stream().map(this.askers::get).toList();
			check(posts.stream().allMatch((post) -> post.startsWith(preference + " ")), "two preferences in a batch");
			check(posts.size() <= LIMITS.posts(), "too many posts in a batch");
			check(posts.size() == 1 || posts.stream().mapToInt(TokenEstimate::estimate).sum() <= LIMITS.tokens(),
					"too many tokens in a batch");
			if (batch.stream().noneMatch((asker) -> asker.asked)) {
				this.left.add(batch);
			}
			batch.forEach((asker) -> asker.asked = true);
			Mood now = this.mood;
			if (now == Mood.THROWS) {
				throw new IllegalStateException("thrown");
			}
			this.calls++;
			return Mono.delay((now == Mood.NEVER) ? Duration.ofDays(1) : this.latency, this.time)
				.flatMap((_) -> answer(now, batch))
				.doFinally((_) -> this.calls--);
		}

		private static Mono<List<Judgement>> answer(Mood mood, List<Asker> batch) {
			List<Judgement> all = new ArrayList<>();
			for (int i = batch.size() - 1; i >= 0; i -= (mood == Mood.HALF) ? 2 : 1) {
				all.add(new Judgement(i, batch.get(i).label(), 1));
			}
			return switch (mood) {
				case NOTHING -> Mono.empty();
				case ERROR -> Mono.error(new ModelException(Kind.UNAVAILABLE, "down"));
				default -> Mono.just(all);
			};
		}

		private void check() {
			List<Asker> queued = this.order.stream().filter(Asker::isQueued).toList();
			check(queued.size() <= LIMITS.capacity(), "the queue is too long");
			queued.stream()
				.collect(Collectors.groupingBy((asker) -> asker.user, Collectors.counting()))
				.values()
				.forEach((posts) -> check(posts <= LIMITS.capacity() / 4, "a user has too much of the queue"));
			List<Asker> due = queued.stream()
				.filter((asker) -> millis() - asker.cameMillis > LIMITS.maxWait().toMillis() + 1)
				.toList();
			double limit = this.meters.get(Metrics.BATCH_LIMIT).gauge().value();
			check(limit <= LIMITS.slots(), "the limit is out of its bounds");
			check(this.calls >= limit || due.isEmpty(), "a post waits for nothing");
			for (List<Asker> batch : this.left) {
				Tier lowest = batch.getLast().tier;
				check(batch.stream().allMatch((asker) -> asker.tier.compareTo(lowest) >= 0), "a batch is not in order");
				check(queued.stream().noneMatch((asker) -> asker.tier.compareTo(lowest) > 0 && asker.isLike(batch)),
						"a lower tier left first");
				Tier highest = batch.getFirst().tier;
				check(due.stream().noneMatch((asker) -> asker.tier.compareTo(highest) > 0),
						"a batch of lower tiers left first");
			}
			this.left.clear();
			assertThat(this.broken).isEmpty();
		}

		void checkEnd() {
			assertThat(this.order).allSatisfy((asker) -> assertThat(asker.answers).isEqualTo(asker.gone ? 0 : 1));
			assertThat(this.calls).isZero();
			assertThat(this.meters.get(Metrics.BATCH_WAITING).gauge().value()).isZero();
			assertThat(this.meters.get(Metrics.BATCH_CALLS).gauge().value()).isZero();
		}

		private void check(boolean holds, String otherwise) {
			if (!holds) {
				this.broken.add(otherwise + " at " + millis() + " ms");
			}
		}

		private long millis() {
			return this.time.now(TimeUnit.MILLISECONDS);
		}

		@Override
		public String name() {
			return "random";
		}

		@Override
		public String promptVersion() {
			return "1";
		}

	}

	/** Somebody who wants a post judged. */
	private static final class Asker {

		private final String content;

		private final String user;

		private final Tier tier;

		private final long cameMillis;

		private Disposable waiting;

		private boolean asked;

		private boolean gone;

		private int answers;

		Asker(String content, String user, Tier tier, long cameMillis) {
			this.content = content;
			this.user = user;
			this.tier = tier;
			this.cameMillis = cameMillis;
		}

		Label label() {
			return this.content.contains(" bad") ? Label.BLOCK : Label.ALLOW;
		}

		boolean isQueued() {
			return !this.asked && !this.gone && this.answers == 0;
		}

		boolean isLike(List<Asker> batch) {
			return this.content.startsWith(batch.getFirst().content.substring(0, 6));
		}

	}

}
