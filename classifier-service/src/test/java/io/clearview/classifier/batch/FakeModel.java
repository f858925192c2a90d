package io.clearview.classifier.batch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

import io.clearview.classifier.model.Deadline;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Label;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.OneByOne;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A model that remembers what it was asked and answers as told: by default everything,
 * after a while, with BLOCK for posts that contain "bad".
 */
public final class FakeModel implements Model {

	private final Scheduler scheduler;

	public final List<Asked> asked = new CopyOnWriteArrayList<>();

	public final List<Long> deadlines = new CopyOnWriteArrayList<>();

	/** Whether the posts of a call were to be asked one by one. */
	public final List<Boolean> oneByOne = new CopyOnWriteArrayList<>();

	public final AtomicInteger active = new AtomicInteger();

	public final AtomicInteger mostActive = new AtomicInteger();

	public volatile Duration latency = Duration.ofMillis(500);

	public volatile BiFunction<Integer, Asked, Mono<List<Judgement>>> answer = (_, asked) -> Mono.just(asked.labels());

	public FakeModel(Scheduler scheduler) {
		this.scheduler = scheduler;
	}

	@Override
	public Mono<List<Judgement>> judge(String preference, List<String> posts) {
		Asked call = new Asked(this.scheduler.now(TimeUnit.MILLISECONDS), preference, posts);
		this.asked.add(call);
		int number = this.asked.size();
		this.mostActive.accumulateAndGet(this.active.incrementAndGet(), Math::max);
		return Mono.deferContextual((context) -> {
			this.deadlines.add(Deadline.in(context, -1));
			this.oneByOne.add(OneByOne.in(context));
			return answer(number, call);
		});
	}

	private Mono<List<Judgement>> answer(int number, Asked call) {
		return Mono.delay(this.latency, this.scheduler)
			.then(Mono.defer(() -> this.answer.apply(number, call)))
			.doFinally((_) -> this.active.decrementAndGet());
	}

	@Override
	public String name() {
		return "fake";
	}

	@Override
	public String promptVersion() {
		return "1";
	}

	/** All posts of all calls, in order. */
	public List<String> posts() {
		return this.asked.stream().flatMap((call) -> call.posts().stream()).toList();
	}

	/** One call. */
	public record Asked(long millis, String preference, List<String> posts) {

		/** A label for each post. */
		public List<Judgement> labels() {
			return IntStream.range(0, this.posts.size()).mapToObj((i) -> label(i, this.posts.get(i))).toList();
		}

		/** The label of a post. */
		public static Judgement label(int index, String post) {
			return new Judgement(index, post.contains("bad") ? Label.BLOCK : Label.ALLOW, 7);
		}

	}

}
