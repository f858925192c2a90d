package io.clearview.bench.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

import io.clearview.bench.simulate.Memory.State;

/**
 * Lives a day under a {@link Design}. What a request lacks is asked in one call, as it
 * comes; of what is being asked already, the design replaced noticed the first post of a
 * request only.
 */
final class Replay {

	/** What a model takes, in milliseconds. */
	static final int LATENCY = 800;

	private final Design design;

	private final Texts texts;

	private final PromptSize size;

	private final List<Memory> memories;

	private long hits;

	private long calls;

	private long judged;

	private long promptTokens;

	private long completionTokens;

	private Replay(Design design, Texts texts, PromptSize size) {
		this.design = design;
		this.texts = texts;
		this.size = size;
		this.memories = (design.entries() > 0)
				? Stream.generate(() -> Memory.bounded(design.entries())).limit(design.instances()).toList()
				: List.of(Memory.unbounded());
	}

	static Bill live(Day day, Design design, Texts texts, PromptSize size, long seed) {
		Replay replay = new Replay(design, texts, size);
		SplittableRandom balancer = new SplittableRandom(seed);
		for (Visit visit : day.visits()) {
			replay.visit(visit, replay.memories.get(balancer.nextInt(replay.memories.size())));
		}
		return new Bill(design.name(), day.visits().size(), day.posts(), replay.hits, replay.calls, replay.judged,
				replay.promptTokens, replay.completionTokens);
	}

	private void visit(Visit visit, Memory memory) {
		List<String> missing = new ArrayList<>();
		for (int i = 0; i < visit.posts().length; i++) {
			Object key = this.texts.key(visit, i, this.design.canonical());
			State state = memory.look(key, visit.millis());
			boolean noticed = this.design.singleFlight() || missing.isEmpty();
			if (state == State.KNOWN || (state == State.ASKED && noticed)) {
				this.hits++;
				continue;
			}
			missing.add(this.texts.content(visit, i));
			memory.ask(key, visit.millis() + LATENCY, visit.millis() + LATENCY + this.design.age().toMillis());
		}
		if (!missing.isEmpty()) {
			this.calls++;
			this.judged += missing.size();
			this.promptTokens += this.size.prompt(this.texts.wish(visit), missing);
			this.completionTokens += this.size.completion(missing.size());
		}
	}

}
