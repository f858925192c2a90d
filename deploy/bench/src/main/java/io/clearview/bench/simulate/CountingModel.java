package io.clearview.bench.simulate;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.clearview.bench.workload.Truth;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Label;
import io.clearview.classifier.model.Model;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Answers rightly after a while, and counts what it would charge for. */
final class CountingModel implements Model {

	private final PromptSize size;

	private final Scheduler scheduler;

	private long calls;

	private long posts;

	private long promptTokens;

	private long completionTokens;

	CountingModel(PromptSize size, Scheduler scheduler) {
		this.size = size;
		this.scheduler = scheduler;
	}

	@Override
	public Mono<List<Judgement>> judge(String preference, List<String> posts) {
		return Mono.delay(Duration.ofMillis(Replay.LATENCY), this.scheduler).map((_) -> {
			this.calls++;
			this.posts += posts.size();
			this.promptTokens += this.size.prompt(preference, posts);
			this.completionTokens += this.size.completion(posts.size());
			return IntStream.range(0, posts.size())
				.mapToObj(
						(i) -> new Judgement(i, Truth.blocks(preference, posts.get(i)) ? Label.BLOCK : Label.ALLOW, 1))
				.toList();
		});
	}

	/** What it was asked came to. */
	Bill bill(String design, Day day, long hits) {
		return new Bill(design, day.visits().size(), day.posts(), hits, this.calls, this.posts, this.promptTokens,
				this.completionTokens);
	}

	@Override
	public String name() {
		return "simulated";
	}

	@Override
	public String promptVersion() {
		return "1";
	}

}
