package io.clearview.kit.deadline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class DeadlinesTest {

	private static final Duration SHORT = Duration.ofMillis(20);

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	@Test
	void workThatTakesTooLongIsCancelledAndSaysWhatItHad() {
		AtomicBoolean cancelled = new AtomicBoolean();
		StepVerifier.create(Deadlines.within(SHORT, Mono.never().doOnCancel(() -> cancelled.set(true))))
			.expectErrorSatisfies((fault) -> assertThat(fault).isInstanceOf(TimeoutException.class)
				.hasMessage("Not done within 20 ms"))
			.verify(TIMEOUT);
		assertThat(cancelled).isTrue();
	}

	@Test
	void isNeverEarly() {
		for (int i = 0; i < 20; i++) {
			long start = System.nanoTime();
			StepVerifier.create(Deadlines.within(SHORT, Mono.never()))
				.expectError(TimeoutException.class)
				.verify(TIMEOUT);
			assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SHORT.toNanos());
		}
	}

	@Test
	void workInTimeIsLeftAloneWhateverItsEnd() {
		StepVerifier.create(Deadlines.within(TIMEOUT, Mono.just("done"))).expectNext("done").verifyComplete();
		StepVerifier.create(Deadlines.within(TIMEOUT, Mono.empty())).verifyComplete();
		StepVerifier.create(Deadlines.within(TIMEOUT, Mono.error(new IllegalStateException("broken"))))
			.expectErrorMessage("broken")
			.verify(TIMEOUT);
	}

	@Test
	void theTimeRunsFromEachSubscription() {
		AtomicInteger asked = new AtomicInteger();
		Mono<Object> work = Deadlines.within(SHORT,
				Mono.defer(() -> (asked.incrementAndGet() < 3) ? Mono.never() : Mono.just("at last")));
		StepVerifier.create(work.retry(2)).expectNext("at last").expectComplete().verify(TIMEOUT);
	}

	@Test
	void whoNoLongerWaitsCancelsTheWorkAtOnce() {
		TestPublisher<String> work = TestPublisher.create();
		Deadlines.within(TIMEOUT, work.mono()).subscribe().dispose();
		work.assertCancelled();
	}

	@Test
	void whatFollowsATimeoutDoesNotHoldUpTheWheel() {
		AtomicReference<String> thread = new AtomicReference<>("");
		StepVerifier
			.create(Deadlines.within(SHORT, Mono.never())
				.doOnError((_) -> thread.set(Thread.currentThread().getName())))
			.expectError(TimeoutException.class)
			.verify(TIMEOUT);
		assertThat(thread.get()).startsWith("parallel-");
	}

}
