package io.clearview.gateway.warmup;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.DefaultApplicationArguments;

import static org.assertj.core.api.Assertions.assertThat;

class WarmUpTest {

	private final AtomicInteger done = new AtomicInteger();

	@Test
	void doesEveryExerciseInEveryRoundAlsoAfterOneThatFails() {
		Exercise fails = () -> Mono.error(new IllegalStateException("Redis is out"));
		warmUp(Duration.ofMinutes(1), 7, fails, this::exercise);
		assertThat(this.done).hasValue(7);
	}

	@Test
	void endsInTimeWhenAnExerciseHangs() {
		warmUp(Duration.ofMillis(50), 7, Mono::never, this::exercise);
		assertThat(this.done).hasValue(0);
	}

	@Test
	void doesNothingWhereNoTimeIsGiven() {
		warmUp(Duration.ZERO, 7, this::exercise);
		assertThat(this.done).hasValue(0);
	}

	private Mono<Integer> exercise() {
		return Mono.fromSupplier(this.done::incrementAndGet);
	}

	private static void warmUp(Duration time, int rounds, Exercise... exercises) {
		new WarmUp(new WarmUpProperties(time, rounds), List.of(exercises)).run(new DefaultApplicationArguments());
	}

}
