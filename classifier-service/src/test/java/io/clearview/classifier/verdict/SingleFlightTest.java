package io.clearview.classifier.verdict;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.clearview.classifier.Logged;
import io.clearview.classifier.verdict.SingleFlight.Seat;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

import static org.assertj.core.api.Assertions.assertThat;

class SingleFlightTest {

	private final SingleFlight<String, Integer> flights = new SingleFlight<>();

	private final Sinks.One<Integer> work = Sinks.one();

	private final List<Object> got = new ArrayList<>();

	@Test
	void allWhoAskMeanwhileGetOneResult() {
		Seat<Integer> first = this.flights.board("k", this.work.asMono());
		Seat<Integer> second = this.flights.board("k", Mono.error(new AssertionError("started twice")));
		assertThat(first.first()).isTrue();
		assertThat(second.first()).isFalse();
		wait(first, second);
		this.work.tryEmitValue(7);
		assertThat(this.got).containsExactly(7, 7);
		assertThat(this.flights.size()).isZero();
	}

	@Test
	void otherKeysFlyByThemselves() {
		this.flights.board("k", this.work.asMono());
		StepVerifier.create(this.flights.board("l", Mono.just(8)).result())
			.expectNext(8)
			.expectComplete()
			.verify(Duration.ofSeconds(5));
	}

	@Test
	void afterLandingTheNextStartsAnew() {
		wait(this.flights.board("k", Mono.just(1)), this.flights.board("k", Mono.just(2)));
		assertThat(this.got).containsExactly(1, 2);
	}

	@Test
	void whoeverAsksOnHearingTheResultStartsAnew() {
		Seat<Integer> first = this.flights.board("k", this.work.asMono());
		first.result().flatMap((_) -> this.flights.board("k", Mono.just(8)).result()).subscribe(this.got::add);
		this.work.tryEmitValue(7);
		assertThat(this.got).containsExactly(8);
	}

	@Test
	void errorsReachEveryone() {
		IllegalStateException fault = new IllegalStateException();
		Seat<Integer> first = this.flights.board("k", this.work.asMono());
		wait(first, this.flights.board("k", Mono.just(1)));
		this.work.tryEmitError(fault);
		assertThat(this.got).containsExactly(fault, fault);
		assertThat(this.flights.size()).isZero();
	}

	@Test
	void workThatThrowsWhileStartingOrEndsEmptyIsAnErrorToEveryone() {
		wait(this.flights.board("k", Mono.defer(() -> {
			throw new IllegalStateException("thrown");
		})), this.flights.board("k", Mono.empty()), this.flights.board("k", new Mono<>() {
			@Override
			public void subscribe(reactor.core.CoreSubscriber<? super Integer> actual) {
				throw new IllegalStateException("no publisher at all");
			}
		}));
		assertThat(this.got).hasSize(3).allMatch(IllegalStateException.class::isInstance);
		assertThat(this.flights.size()).isZero();
	}

	@Test
	void theWorkGoesOnWhenEveryoneHasGone() {
		TestPublisher<Integer> publisher = TestPublisher.create();
		Seat<Integer> first = this.flights.board("k", publisher.mono());
		Seat<Integer> second = this.flights.board("k", publisher.mono());
		List.of(first.result().subscribe(), second.result().subscribe()).forEach(Disposable::dispose);
		publisher.assertNotCancelled();
		assertThat(this.flights.size()).isOne();
		wait(this.flights.board("k", Mono.just(1)));
		publisher.emit(7);
		assertThat(this.got).containsExactly(7);
	}

	@Test
	void aFailureIsNotKeptForThoseWhoHaveGone() {
		try (Logged dropped = Logged.dropped()) {
			Seat<Integer> first = this.flights.board("k", this.work.asMono());
			first.result().subscribe().dispose();
			wait(first);
			this.work.tryEmitError(new IllegalStateException("too late"));
			assertThat(this.got).hasSize(1);
			assertThat(dropped.messages()).isEmpty();
		}
	}

	@Test
	void aWaiterThatCannotTakeItsResultTakesItFromNobody() {
		Seat<Integer> first = this.flights.board("k", this.work.asMono());
		wait(first);
		for (int i = 0; i < 3; i++) {
			first.result().subscribe(new BaseSubscriber<>() {
				@Override
				protected void hookOnNext(Integer value) {
					throw new IllegalStateException("cannot take it");
				}

				@Override
				protected void hookOnError(Throwable fault) {
					throw new IllegalStateException("nor this");
				}
			});
		}
		wait(first);
		this.work.tryEmitValue(7);
		assertThat(this.got).containsExactly(7, 7);
	}

	@SafeVarargs
	private void wait(Seat<Integer>... seats) {
		for (Seat<Integer> seat : seats) {
			seat.result().subscribe(this.got::add, this.got::add);
		}
	}

}
