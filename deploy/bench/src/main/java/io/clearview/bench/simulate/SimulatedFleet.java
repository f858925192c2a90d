package io.clearview.bench.simulate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.clearview.bench.workload.Truth;
import io.clearview.classifier.batch.BatchProperties;
import io.clearview.classifier.batch.Batcher;
import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.model.Label;
import io.clearview.classifier.verdict.Ages;
import io.clearview.classifier.verdict.JudgeRequest;
import io.clearview.classifier.verdict.Outcome;
import io.clearview.classifier.verdict.Outcome.Judged;
import io.clearview.classifier.verdict.Outcome.Source;
import io.clearview.classifier.verdict.Question;
import io.clearview.classifier.verdict.VerdictProperties;
import io.clearview.classifier.verdict.Verdicts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * Lives a day with the classifier's own keys, caches, single-flight and batcher, as many
 * instances of them as there would be, on virtual time and one thread.
 */
final class SimulatedFleet {

	private static final Instant MORNING = Instant.parse("2026-11-23T00:00:00Z");

	private static final Duration TIMEOUT = Duration.ofSeconds(7);

	private final VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();

	private final CountingModel model;

	private final List<Verdicts> instances;

	private long answered;

	private long hits;

	private long wrong;

	private SimulatedFleet(int instances, Duration maxWait, PromptSize size) {
		this.model = new CountingModel(size, this.scheduler);
		VerdictProperties verdict = VerdictProperties.defaults();
		BatchProperties usual = BatchProperties.defaults();
		BatchProperties batch = new BatchProperties(usual.posts(), usual.tokens(), maxWait, usual.slots(),
				usual.capacity());
		Clock clock = new VirtualClock(this.scheduler, MORNING);
		FleetMemory shared = new FleetMemory(new Ages(clock, verdict.softAge(), verdict.hardAge()));
		this.instances = Stream.generate(() -> {
			SimpleMeterRegistry meters = new SimpleMeterRegistry();
			Batcher batcher = Batcher.of(this.model, batch, this.scheduler, meters);
			return Verdicts.sharing(shared, this.model, batcher, verdict, clock, this.scheduler, meters);
		}).limit(instances).toList();
	}

	/**
	 * Lives the day.
	 * @param maxWait longest a post waits for company
	 * @throws IllegalStateException when a post was not judged, or wrongly
	 */
	static Bill live(String name, Day day, int instances, Duration maxWait, PromptSize size, long seed) {
		SimulatedFleet fleet = new SimulatedFleet(instances, maxWait, size);
		Texts texts = new Texts(day.feed(), fleet.instances.getFirst());
		SplittableRandom balancer = new SplittableRandom(seed);
		for (Visit visit : day.visits()) {
			fleet.scheduler.advanceTimeTo(Instant.ofEpochMilli(visit.millis()));
			fleet.visit(visit, texts, fleet.instances.get(balancer.nextInt(instances)));
		}
		fleet.scheduler.advanceTimeBy(TIMEOUT.multipliedBy(2));
		if (fleet.answered != day.posts() || fleet.wrong > 0) {
			throw new IllegalStateException("Of " + day.posts() + " posts " + fleet.answered + " were answered, "
					+ fleet.wrong + " of them wrongly");
		}
		return fleet.model.bill(name, day, fleet.hits);
	}

	/** The real naming, for those who only want keys. */
	static Verdicts naming() {
		return new SimulatedFleet(1, Duration.ZERO, PromptSize.NONE).instances.getFirst();
	}

	private void visit(Visit visit, Texts texts, Verdicts verdicts) {
		String wish = texts.wish(visit);
		List<String> contents = IntStream.range(0, visit.posts().length)
			.mapToObj((post) -> texts.content(visit, post))
			.toList();
		Caller caller = new Caller(Integer.toString(visit.user()), Tier.FREE, "simulated");
		long deadline = this.scheduler.now(TimeUnit.NANOSECONDS) + TIMEOUT.toNanos();
		List<Question> questions = verdicts.ask(wish, contents);
		verdicts.lookup(questions).subscribe((found) -> {
			List<Integer> missing = new ArrayList<>();
			for (int post = 0; post < questions.size(); post++) {
				Judged known = found.verdicts().get(post);
				if (known != null) {
					answered(known, wish, contents.get(post));
				}
				else {
					missing.add(post);
				}
			}
			if (!missing.isEmpty()) {
				JudgeRequest request = new JudgeRequest(missing.stream().map(questions::get).toList(), caller, deadline,
						deadline, false);
				verdicts.judge(request, (index, outcome) -> answered(outcome, wish, contents.get(missing.get(index))))
					.subscribe();
			}
		});
	}

	private void answered(Outcome outcome, String wish, String content) {
		this.answered++;
		if (!(outcome instanceof Judged judged) || (judged.label() == Label.BLOCK) != Truth.blocks(wish, content)) {
			this.wrong++;
		}
		else if (judged.source() != Source.MODEL) {
			this.hits++;
		}
	}

}
