package io.clearview.classifier.verdict;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

import reactor.core.publisher.Mono;

/**
 * Lets work that several callers need at the same time be done once. The work goes on
 * when its callers have gone, and all of them get its result: a value, an error, also one
 * thrown while starting, or an error where it ends without either. A flight ends before
 * its result is published, so whoever asks afterwards starts a new one; work that keeps
 * its result somewhere should look there first.
 */
final class SingleFlight<K, V> {

	private final ConcurrentMap<K, Flight<K, V>> flights = new ConcurrentHashMap<>();

	/**
	 * Joins the flight in progress for {@code key}, or begins one, which its caller must
	 * then {@link #start}.
	 */
	Ticket<K, V> join(K key) {
		Flight<K, V> own = new Flight<>(key, this.flights);
		Flight<K, V> other = this.flights.putIfAbsent(key, own);
		return (other != null) ? new Ticket<>(other, false) : new Ticket<>(own, true);
	}

	/**
	 * Starts the work for flights that were begun together.
	 * @param begun at least one
	 * @param work makes the work, which should complete each of the flights; when it
	 * ends, those it has not completed fail
	 */
	void start(List<Flight<K, V>> begun, Function<List<Flight<K, V>>, Mono<Void>> work) {
		try {
			work.apply(begun).subscribe((_) -> {
			}, (fault) -> fail(begun, fault), () -> checkComplete(begun));
		}
		catch (RuntimeException | Error ex) {
			fail(begun, ex);
		}
	}

	private void checkComplete(List<Flight<K, V>> flights) {
		for (Flight<K, V> flight : flights) {
			if (!flight.result.isDone()) {
				flight.fail(new IllegalStateException("The work ended without a result"));
			}
		}
	}

	private void fail(List<Flight<K, V>> flights, Throwable fault) {
		for (Flight<K, V> flight : flights) {
			flight.fail(fault);
		}
	}

	/** Flights in progress. */
	int size() {
		return this.flights.size();
	}

	/** Work in progress for one key. */
	static final class Flight<K, V> {

		private final K key;

		private final ConcurrentMap<K, Flight<K, V>> flights;

		private final CompletableFuture<V> result = new CompletableFuture<>();

		private Flight(K key, ConcurrentMap<K, Flight<K, V>> flights) {
			this.key = key;
			this.flights = flights;
		}

		K key() {
			return this.key;
		}

		void complete(V value) {
			this.flights.remove(this.key, this);
			this.result.complete(value);
		}

		void fail(Throwable fault) {
			this.flights.remove(this.key, this);
			this.result.completeExceptionally(fault);
		}

	}

	/**
	 * A caller's share in a flight.
	 *
	 * @param flight that it joined or began
	 * @param isFirst whether the flight was begun for this caller
	 */
	record Ticket<K, V>(Flight<K, V> flight, boolean isFirst) {

		/** The result; not to be completed by the caller. */
		CompletableFuture<V> result() {
			return this.flight.result;
		}

	}

}
