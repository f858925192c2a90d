package io.clearview.kit.durable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

class WriteBehindTest {

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final Memory memory = new Memory();

	private final WriteBehind writes = new WriteBehind(this.memory, Duration.ofSeconds(30), 3, this.time,
			new DurableMetrics(this.meters));

	@BeforeEach
	void start() {
		this.writes.start();
	}

	@AfterEach
	void stop() {
		this.writes.stop();
	}

	@Test
	void writesWhatWaitsWhenItStops() {
		AtomicBoolean stopped = new AtomicBoolean();
		this.writes.offer(change("a", "x", 1));
		this.writes.stop(() -> stopped.set(true));
		assertThat(this.memory.written).containsExactly(change("a", "x", 1));
		assertThat(stopped).isTrue();
	}

	@Test
	void stopsThoughTheStoreHangs() {
		AtomicBoolean stopped = new AtomicBoolean();
		this.memory.hung = true;
		this.writes.offer(change("a", "x", 1));
		this.writes.stop(() -> stopped.set(true));
		assertThat(stopped).isFalse();
		this.time.advanceTimeBy(Duration.ofSeconds(5));
		assertThat(stopped).isTrue();
	}

	@Test
	void writesWhatWaitsOnceAnInterval() {
		this.writes.offer(change("a", "x", 1));
		this.writes.offer(change("a", "x", 2));
		this.writes.offer(change("a", "y", 1));
		this.time.advanceTimeBy(Duration.ofSeconds(29));
		assertThat(this.memory.written).isEmpty();

		this.time.advanceTimeBy(Duration.ofSeconds(1));

		assertThat(this.memory.written)
			.containsExactly(new DurableChange("quota", "a", Map.of("used", Map.of("x", 2L, "y", 1L))));
	}

	@Test
	void keepsWhatCouldNotBeWrittenAndLetsNewerValuesWin() {
		this.memory.broken = true;
		this.writes.offer(change("a", "x", 1));
		this.writes.offer(change("b", "x", 7));
		this.time.advanceTimeBy(Duration.ofSeconds(30));
		this.writes.offer(change("a", "x", 2));
		this.memory.broken = false;

		this.time.advanceTimeBy(Duration.ofSeconds(30));

		assertThat(this.memory.written).containsExactlyInAnyOrder(change("a", "x", 2), change("b", "x", 7));
	}

	@Test
	void doesNotLetANewerValueBeOverwrittenByOneThatFailedWhileItCame() {
		this.memory.onMerge = () -> this.writes.offer(change("a", "x", 9));
		this.memory.broken = true;
		this.writes.offer(change("a", "x", 1));
		this.time.advanceTimeBy(Duration.ofSeconds(30));
		this.memory.onMerge = null;
		this.memory.broken = false;

		this.time.advanceTimeBy(Duration.ofSeconds(30));

		assertThat(this.memory.written).containsExactly(change("a", "x", 9));
	}

	@Test
	void takesNoFurtherDocumentBeyondItsBound() {
		assertThat(this.writes.offer(change("a", "x", 1))).isTrue();
		assertThat(this.writes.offer(change("b", "x", 1))).isTrue();
		assertThat(this.writes.offer(change("c", "x", 1))).isTrue();
		assertThat(this.writes.offer(change("d", "x", 1))).isFalse();
		assertThat(this.writes.offer(change("c", "x", 2))).isTrue();

		assertThat(this.meters.get("clearview.durable.dropped").counter().count()).isOne();
		StepVerifier.create(this.writes.flush()).verifyComplete();
		assertThat(this.memory.written).hasSize(3).contains(change("c", "x", 2));
		assertThat(this.meters.get("clearview.durable.waiting").gauge().value()).isZero();
	}

	@Test
	void letsTheOldestGiveWayWhereThatIsWanted() {
		WriteBehind newest = new WriteBehind(this.memory, Duration.ofSeconds(30), 3, WriteBehind.WhenFull.DROP_OLDEST,
				this.time, new DurableMetrics(this.meters).queue("newest"));
		for (String id : List.of("a", "b", "c", "d")) {
			assertThat(newest.offer(change(id, "x", 1))).isTrue();
		}
		this.memory.broken = true;
		StepVerifier.create(newest.flush()).verifyError();
		assertThat(newest.offer(change("e", "x", 1))).isTrue();
		this.memory.broken = false;

		StepVerifier.create(newest.flush()).verifyComplete();

		assertThat(this.memory.written).containsExactly(change("c", "x", 1), change("d", "x", 1), change("e", "x", 1));
		assertThat(this.meters.get("clearview.durable.dropped").tag("queue", "newest").counter().count()).isEqualTo(2);
	}

	@Test
	void whatReturnsGivesWayToWhatIsNewer() {
		WriteBehind newest = new WriteBehind(this.memory, Duration.ofSeconds(30), 2, WriteBehind.WhenFull.DROP_OLDEST,
				this.time, new DurableMetrics(this.meters).queue("newest"));
		this.memory.onMerge = () -> newest.offer(change("c", "x", 1));
		this.memory.broken = true;
		newest.offer(change("a", "x", 1));
		newest.offer(change("b", "x", 1));
		StepVerifier.create(newest.flush()).verifyError();
		this.memory.onMerge = null;
		this.memory.broken = false;

		StepVerifier.create(newest.flush()).verifyComplete();

		assertThat(this.memory.written).containsExactly(change("b", "x", 1), change("c", "x", 1));
	}

	@Test
	void writesMoreThanOneCallTakesInSeveralCalls() {
		WriteBehind many = new WriteBehind(this.memory, Duration.ofSeconds(30), 1_000, this.time,
				new DurableMetrics(new SimpleMeterRegistry()));
		for (int i = 0; i < 700; i++) {
			many.offer(change("user" + i, "x", 1));
		}
		StepVerifier.create(many.flush()).verifyComplete();
		assertThat(this.memory.written).hasSize(700);
		assertThat(this.memory.calls).isEqualTo(3);
	}

	@Test
	void writesOneAfterTheOtherSoThatAnOlderValueNeverComesLater() {
		this.memory.held = Sinks.one();
		this.writes.offer(change("a", "x", 1));
		this.writes.flush().subscribe();
		this.writes.offer(change("a", "x", 2));
		AtomicInteger done = new AtomicInteger();
		this.writes.flush().doOnSuccess((end) -> done.incrementAndGet()).subscribe();
		this.writes.flush().doOnSuccess((end) -> done.incrementAndGet()).subscribe();
		assertThat(this.memory.calls).isOne();

		this.memory.held.tryEmitEmpty();

		assertThat(this.memory.written).containsExactly(change("a", "x", 1), change("a", "x", 2));
		assertThat(done).hasValue(2);
		assertThat(this.memory.calls).as("the two share a write").isEqualTo(2);
	}

	@Test
	void aCallerThatLeavesDoesNotEndTheWrite() {
		this.memory.held = Sinks.one();
		this.writes.offer(change("a", "x", 1));
		this.writes.flush().subscribe().dispose();
		this.memory.held.tryEmitEmpty();
		assertThat(this.memory.written).containsExactly(change("a", "x", 1));
	}

	private static DurableChange change(String id, String instance, long used) {
		return new DurableChange("quota", id, Map.of("used", Map.of(instance, used)));
	}

	private static final class Memory extends EmptyStore {

		private final List<DurableChange> written = new ArrayList<>();

		private boolean broken;

		private boolean hung;

		private int calls;

		private Sinks.@Nullable One<Void> held;

		private @Nullable Runnable onMerge;

		@Override
		public Mono<Void> merge(List<DurableChange> changes) {
			return Mono.defer(() -> {
				this.calls++;
				if (this.onMerge != null) {
					this.onMerge.run();
				}
				if (this.broken) {
					return Mono.error(new IllegalStateException("broken"));
				}
				if (this.hung) {
					return Mono.never();
				}
				if (this.held != null) {
					return this.held.asMono().then(Mono.fromRunnable(() -> this.written.addAll(changes)));
				}
				this.written.addAll(changes);
				return Mono.empty();
			});
		}

	}

}
