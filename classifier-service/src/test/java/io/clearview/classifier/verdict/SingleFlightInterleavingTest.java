package io.clearview.classifier.verdict;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.clearview.classifier.Interleavings;
import io.clearview.classifier.verdict.SingleFlight.Seat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** The orders in which threads can meet on a flight, not only those that happen. */
@Tag("interleavings")
class SingleFlightInterleavingTest {

	@Test
	void whateverTheOrderTheWorkIsDoneOnceAndEveryoneLands() {
		Interleavings.explore(300, () -> {
			SingleFlight<String, Integer> flights = new SingleFlight<>();
			AtomicInteger kept = new AtomicInteger();
			AtomicInteger bought = new AtomicInteger();
			Mono<Integer> work = new Work(() -> {
				// as judging does: look first, for another may just have landed
				if (kept.get() == 0) {
					bought.incrementAndGet();
					kept.set(7);
				}
				return kept.get();
			});
			Seat<?>[] seats = new Seat<?>[2];
			Interleavings.together(() -> seats[0] = flights.board("k", work),
					() -> seats[1] = flights.board("k", work));
			for (Seat<?> seat : seats) {
				Interleavings.check(Integer.valueOf(7).equals(seat.flight().getNow(null)), "somebody did not land");
			}
			Interleavings.check(bought.get() == 1, "bought more than once");
			Interleavings.check(flights.size() == 0, "a flight is left");
		});
	}

	/**
	 * Little more than its result: exploring the operators of Reactor is not the point.
	 */
	private static final class Work extends Mono<Integer> {

		private final Supplier<Integer> result;

		Work(Supplier<Integer> result) {
			this.result = result;
		}

		@Override
		public void subscribe(CoreSubscriber<? super Integer> actual) {
			actual.onSubscribe(Operators.emptySubscription());
			actual.onNext(this.result.get());
			actual.onComplete();
		}

	}

}
