package io.clearview.classifier.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.clearview.classifier.model.Deadline;
import io.clearview.classifier.model.Fault;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.ModelException;
import io.clearview.classifier.model.ModelException.Kind;
import io.clearview.classifier.model.OneByOne;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * Calls the model with a batch. Every post is answered exactly once, whatever the model
 * does: by its judgement or by an error. Those that an answer leaves out are asked once
 * more, without the others.
 */
final class Call {

	/**
	 * How long after the last deadline an answer may still come, to be kept for others.
	 */
	static final Duration LATE = Duration.ofSeconds(1);

	private final Model model;

	private final Scheduler scheduler;

	private final BatchMetrics meters;

	private final DeclineRates declines;

	Call(Model model, Scheduler scheduler, BatchMetrics meters, DeclineRates declines) {
		this.model = model;
		this.scheduler = scheduler;
		this.meters = meters;
		this.declines = declines;
	}

	/** Makes the call; complete when all posts are answered, and never an error. */
	Mono<Void> make(List<QueuedPost> batch) {
		return ask(batch).flatMap(this::askAgain)
			.doOnNext((missing) -> fail(missing,
					new ModelException(Kind.GARBAGE, "The model left a post out of its answers")))
			.then();
	}

	private Mono<List<QueuedPost>> askAgain(List<QueuedPost> missing) {
		long now = now();
		if (missing.stream().noneMatch((post) -> post.deadlineNanos() > now)) {
			return Mono.just(missing);
		}
		this.meters.askedAgain(missing.size());
		return ask(missing);
	}

	/** Hands out the labels there are and emits the posts that got none. */
	private Mono<List<QueuedPost>> ask(List<QueuedPost> posts) {
		return Mono
			.defer(() -> this.model.judge(posts.getFirst().preference(), texts(posts))
				.contextWrite(Deadline.at(lastDeadline(posts) + LATE.toNanos()))
				.contextWrite(posts.getFirst().alone() ? OneByOne.context() : Context.empty())
				.timeout(timeLeft(posts), this.scheduler))
			.doOnNext((judgements) -> this.declines.answered(posts, judgements))
			.map((judgements) -> hand(posts, judgements))
			.defaultIfEmpty(posts)
			.onErrorResume((fault) -> {
				ModelException failure = modelException(fault);
				this.declines.failed(posts, failure.fault());
				fail(posts, failure);
				return Mono.just(List.of());
			});
	}

	private static List<String> texts(List<QueuedPost> posts) {
		return posts.stream().map(QueuedPost::content).toList();
	}

	/** Nobody waits beyond the last deadline, but what is paid for is worth keeping. */
	private Duration timeLeft(List<QueuedPost> posts) {
		return Duration.ofNanos(Math.max(lastDeadline(posts) - now(), 0)).plus(LATE);
	}

	private long now() {
		return this.scheduler.now(TimeUnit.NANOSECONDS);
	}

	private static long lastDeadline(List<QueuedPost> posts) {
		return posts.stream().mapToLong(QueuedPost::deadlineNanos).max().orElseThrow();
	}

	private static List<QueuedPost> hand(List<QueuedPost> posts, List<Judgement> judgements) {
		BitSet answered = new BitSet(posts.size());
		for (Judgement judgement : judgements) {
			int index = judgement.index();
			if (index >= 0 && index < posts.size() && !answered.get(index)) {
				answered.set(index);
				Fault fault = judgement.fault();
				if (fault == null) {
					posts.get(index).judged(judgement);
				}
				else {
					posts.get(index)
						.judgement()
						.completeExceptionally(new ModelException(fault, "The model did not label the post"));
				}
			}
		}
		List<QueuedPost> missing = new ArrayList<>();
		for (int i = answered.nextClearBit(0); i < posts.size(); i = answered.nextClearBit(i + 1)) {
			missing.add(posts.get(i));
		}
		return missing;
	}

	private static void fail(List<QueuedPost> posts, ModelException fault) {
		posts.forEach((post) -> post.judgement().completeExceptionally(fault));
	}

	private static ModelException modelException(Throwable fault) {
		return switch (fault) {
			case ModelException known -> known;
			case TimeoutException late -> new ModelException(Kind.TIMEOUT, "The model took too long", late);
			default -> new ModelException(Kind.UNAVAILABLE, "The model failed", fault);
		};
	}

}
