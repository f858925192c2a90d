package io.clearview.classifier;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.clearview.classifier.batch.Batcher;
import io.clearview.classifier.batch.Submission;
import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.telemetry.Metrics;
import io.clearview.kit.testing.OutputScan;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** How posts are gathered in front of a model behind HTTP that takes its time. */
class BatchingTest {

	private static final int PREFERENCES = 200;

	@RegisterExtension
	static final Fleet fleet = Fleet.of(1, "clearview.batch.slots=" + PREFERENCES,
			"clearview.model.connections=" + PREFERENCES, "clearview.model.guard.timeout=20s",
			"clearview.model.guard.deadline=20s");

	private static final ModelStub model = fleet.model();

	@BeforeEach
	void begin() {
		model.answering((posts) -> ModelStub.byContent(posts).withFixedDelay(500));
	}

	@Test
	void fiveHundredPostsASecondOfOnePreferenceFillBatches() {
		stream("one wish", 2_000);
		model.reset();
		model.answering((posts) -> ModelStub.byContent(posts).withFixedDelay(500));
		stream("one wish", 4_000);
		List<Integer> sizes = model.batches().stream().map(List::size).toList();
		assertThat(sizes.stream().mapToInt(Integer::intValue).average().orElseThrow()).as("mean of %s", sizes)
			.isGreaterThanOrEqualTo(40);
	}

	@Test
	void aLoneRequestLeavesWithinFiveMillisecondsInOneCall() {
		Timer wait = meters().get(Metrics.BATCH_WAIT).timer();
		AtomicInteger requests = new AtomicInteger();
		eventually("one that this machine did not hold up", () -> {
			double before = wait.totalTime(TimeUnit.MILLISECONDS);
			String wish = "lone wish " + requests.incrementAndGet();
			Mono.when(submit(wish, IntStream.range(0, 10).mapToObj((i) -> "spam " + i).toList())).block();
			return wait.totalTime(TimeUnit.MILLISECONDS) - before <= 10 * 5;
		});
		assertThat(model.batches()).hasSize(requests.get()).allSatisfy((batch) -> assertThat(batch).hasSize(10));
	}

	@Test
	void nobodyWaitsForASlotThatIsFree() {
		model.answering((posts) -> ModelStub.byContent(posts).withFixedDelay(2_000));
		CompletableFuture<Long> judged = Flux.range(0, PREFERENCES)
			.flatMap((i) -> submit("wish " + i, "spam"), PREFERENCES)
			.count()
			.toFuture();
		eventually("every slot is in use", () -> meters().get(Metrics.BATCH_CALLS).gauge().value() >= Math
			.floor(meters().get(Metrics.BATCH_LIMIT).gauge().value()));
		assertThat(judged.join()).isEqualTo(PREFERENCES);
	}

	/** 500 posts a second, until all of them are judged. */
	private static void stream(String preference, int millis) {
		Flux.interval(Duration.ofMillis(10))
			.onBackpressureBuffer()
			.take(millis / 10)
			.flatMap((tick) -> Flux.range(0, 5).flatMap((i) -> submit(preference, "post " + tick + " " + i)),
					Integer.MAX_VALUE)
			.blockLast(Duration.ofSeconds(60));
	}

	private static Mono<Judgement> submit(String preference, String content) {
		return Mono.defer(() -> submit(preference, List.of(content)).getFirst());
	}

	private static List<Mono<Judgement>> submit(String preference, List<String> contents) {
		long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
		Submission submission = new Submission(preference + " " + OutputScan.PREFERENCE,
				contents.stream().map((content) -> content + " " + OutputScan.POST).toList(),
				new Caller("somebody", Tier.ENTERPRISE, "c"), deadline, deadline);
		return fleet.one().bean(Batcher.class).submit(submission).stream().map(Mono::fromFuture).toList();
	}

	private static MeterRegistry meters() {
		return fleet.one().bean(MeterRegistry.class);
	}

}
