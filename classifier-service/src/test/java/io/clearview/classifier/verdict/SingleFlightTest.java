package io.clearview.classifier.verdict;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.clearview.kit.testing.Logged;
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
		Ticket first = join("k", this.work.asMono());
		Ticket second = join("k", Mono.error(new AssertionError("started twice")));
		assertThat(first.isFirst()).isTrue();
		assertThat(second.isFirst()).isFalse();
		wait(first, second);
		this.work.tryEmitValue(7);
		assertThat(this.got).containsExactly(7, 7);
		assertThat(this.flights.size()).isZero();
	}

	@Test
	void otherKeysFlyByThemselves() {
		join("k", this.work.asMono());
		StepVerifier.create(result(join("l", Mono.just(8))))
			.expectNext(8)
			.expectComplete()
			.verify(Duration.ofSeconds(5));
	}

	@Test
	void afterLandingTheNextStartsAnew() {
		wait(join("k", Mono.just(1)), join("k", Mono.just(2)));
		assertThat(this.got).containsExactly(1, 2);
	}

	@Test
	void whoeverAsksOnHearingTheResultStartsAnew() {
		Ticket first = join("k", this.work.asMono());
		result(first).flatMap((_) -> result(join("k", Mono.just(8)))).subscribe(this.got::add);
		this.work.tryEmitValue(7);
		assertThat(this.got).containsExactly(8);
	}

	@Test
	void errorsReachEveryone() {
		IllegalStateException fault = new IllegalStateException();
		Ticket first = join("k", this.work.asMono());
		wait(first, join("k", Mono.just(1)));
		this.work.tryEmitError(fault);
		assertThat(this.got).containsExactly(fault, fault);
		assertThat(this.flights.size()).isZero();
	}

	@Test
	void workThatThrowsWhileStartingOrEndsEmptyIsAnErrorToEveryone() {
		wait(join("k", Mono.defer(() -> {
			throw new IllegalStateException("thrown");
		})), join("k", Mono.empty()), join("k", new Mono<>() {
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
		Ticket first = join("k", publisher.mono());
		Ticket second = join("k", publisher.mono());
		List.of(result(first).subscribe(), result(second).subscribe()).forEach(Disposable::dispose);
		publisher.assertNotCancelled();
		assertThat(this.flights.size()).isOne();
		wait(join("k", Mono.just(1)));
		publisher.emit(7);
		assertThat(this.got).containsExactly(7);
	}

	@Test
	void aFailureIsNotKeptForThoseWhoHaveGone() {
		try (Logged dropped = Logged.dropped()) {
			Ticket first = join("k", this.work.asMono());
			result(first).subscribe().dispose();
			wait(first);
			this.work.tryEmitError(new IllegalStateException("too late"));
			assertThat(this.got).hasSize(1);
			assertThat(dropped.messages()).isEmpty();
		}
	}

	@Test
	void aWaiterThatCannotTakeItsResultTakesItFromNobody() {
		Ticket first = join("k", this.work.asMono());
		wait(first);
		for (int i = 0; i < 3; i++) {
			result(first).subscribe(new BaseSubscriber<>() {
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

	@Test
	void severalKeysAreStartedTogetherAndOthersJoined() {
		Ticket other = join("b", this.work.asMono());
		List<List<String>> started = new ArrayList<>();
		List<Ticket> tickets = Stream.of("a", "b", "c", "a").map(this.flights::join).map(Ticket::new).toList();
		this.flights.start(List.of(tickets.get(0).ticket.flight(), tickets.get(2).ticket.flight()), (flights) -> {
			started.add(flights.stream().map((flight) -> flight.key()).toList());
			flights.getFirst().complete(1);
			return Mono.empty();
		});
		assertThat(started).containsExactly(List.of("a", "c"));
		assertThat(tickets).extracting(Ticket::isFirst).containsExactly(true, false, true, false);
		tickets.forEach(this::wait);
		assertThat(this.got).hasSize(3).startsWith(1).endsWith(1).element(1).isInstanceOf(IllegalStateException.class);
		this.work.tryEmitValue(7);
		assertThat(this.got).hasSize(4).endsWith(7);
		assertThat(other.isFirst()).isTrue();
		assertThat(this.flights.size()).isZero();
	}

	/** Joins or starts one flight. */
	private Ticket join(String key, Mono<Integer> work) {
		Ticket ticket = new Ticket(this.flights.join(key));
		if (ticket.isFirst()) {
			this.flights.start(List.of(ticket.ticket.flight()),
					(begun) -> Mono.defer(() -> work).doOnNext(begun.getFirst()::complete).then());
		}
		return ticket;
	}

	private static Mono<Integer> result(Ticket ticket) {
		return Mono.fromFuture(ticket.ticket.result()::copy);
	}

	private record Ticket(SingleFlight.Ticket<String, Integer> ticket) {

		boolean isFirst() {
			return this.ticket.isFirst();
		}

	}

	private void wait(Ticket... tickets) {
		for (Ticket ticket : tickets) {
			result(ticket).subscribe(this.got::add, this.got::add);
		}
	}

}
