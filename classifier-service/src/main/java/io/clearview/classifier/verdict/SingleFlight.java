package io.clearview.classifier.verdict;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import reactor.core.publisher.Mono;

/**
 * Lets work that several ask for at the same time be done once. The work goes on when
 * those who asked have gone, and all of them get what comes of it: a result, an error,
 * also one thrown while starting, or an error where it ends without either. A flight is
 * over before its result is handed out, so whoever asks afterwards starts a new one; work
 * that keeps its result somewhere should look there first.
 */
final class SingleFlight<K, V> {

	private final ConcurrentMap<K, CompletableFuture<V>> flights = new ConcurrentHashMap<>();

	/** Joins the flight under way for {@code key}, or starts one with {@code work}. */
	Seat<V> board(K key, Mono<V> work) {
		CompletableFuture<V> own = new CompletableFuture<>();
		CompletableFuture<V> other = this.flights.putIfAbsent(key, own);
		if (other != null) {
			return new Seat<>(other, false);
		}
		try {
			work.subscribe((value) -> land(key, own).complete(value),
					(fault) -> land(key, own).completeExceptionally(fault), () -> land(key, own)
						.completeExceptionally(new IllegalStateException("The work ended without a result")));
		}
		catch (RuntimeException | Error ex) {
			land(key, own).completeExceptionally(ex);
		}
		return new Seat<>(own, true);
	}

	/** Flights under way. */
	int size() {
		return this.flights.size();
	}

	private CompletableFuture<V> land(K key, CompletableFuture<V> flight) {
		this.flights.remove(key, flight);
		return flight;
	}

	/**
	 * A place on a flight.
	 *
	 * @param flight what it leads to; not to be completed by whoever sits there
	 * @param first whether the flight was started for it
	 */
	record Seat<V>(CompletableFuture<V> flight, boolean first) {

		/** The result, for one who may leave early without ending the flight. */
		Mono<V> result() {
			return Mono.fromFuture(this.flight::copy);
		}

	}

}
