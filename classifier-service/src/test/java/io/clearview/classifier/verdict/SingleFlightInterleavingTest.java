package io.clearview.classifier.verdict;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.clearview.classifier.Interleavings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The orders in which threads can meet on a flight, not only those that happen. */
@Tag("interleavings")
class SingleFlightInterleavingTest {

	@Test
	void whateverTheOrderTheWorkIsDoneOnceAndEveryoneLands() {
		Interleavings.explore(300, () -> {
			SingleFlight<String, Integer> flights = new SingleFlight<>();
			// so that the map has its table: waiting for that is no business of a flight
			flights.join("j").flight().complete(1);
			AtomicInteger kept = new AtomicInteger();
			AtomicInteger bought = new AtomicInteger();
			CompletableFuture<?>[] results = new CompletableFuture<?>[2];
			Interleavings.together(() -> results[0] = join(flights, kept, bought),
					() -> results[1] = join(flights, kept, bought));
			for (CompletableFuture<?> result : results) {
				Interleavings.check(Integer.valueOf(7).equals(result.getNow(null)), "somebody did not land");
			}
			Interleavings.check(bought.get() == 1, "bought more than once");
			Interleavings.check(flights.size() == 0, "a flight is left");
		});
	}

	private static CompletableFuture<Integer> join(SingleFlight<String, Integer> flights, AtomicInteger kept,
			AtomicInteger bought) {
		var ticket = flights.join("k");
		if (ticket.isFirst()) {
			// as judging does: look first, for another may just have completed
			if (kept.get() == 0) {
				bought.incrementAndGet();
				kept.set(7);
			}
			ticket.flight().complete(kept.get());
		}
		return ticket.result();
	}

}
