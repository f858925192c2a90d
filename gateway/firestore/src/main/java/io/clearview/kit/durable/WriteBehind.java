package io.clearview.kit.durable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Changes that wait to be written to the durable store. Changes of the same document are
 * merged while they wait, so what waits is bounded by the number of documents; beyond the
 * bound a change of a further document is not taken. Every interval what waits is
 * written; what could not be written waits on, and newer values win over it.
 */
public final class WriteBehind implements AutoCloseable {

	private final DurableStore store;

	private final int capacity;

	private final ConcurrentHashMap<String, DurableChange> waiting = new ConcurrentHashMap<>();

	private final AtomicLong size = new AtomicLong();

	private final Counter dropped;

	private final Disposable schedule;

	/**
	 * Writes every interval from now on, until closed.
	 * @param store where to
	 * @param interval the time between two writes
	 * @param capacity the most documents that wait
	 * @param scheduler runs the writes
	 * @param meters records how many documents wait and how many were not taken
	 */
	public WriteBehind(DurableStore store, Duration interval, int capacity, Scheduler scheduler, MeterRegistry meters) {
		this.store = store;
		this.capacity = capacity;
		this.dropped = Counter.builder("clearview.durable.dropped")
			.description("Changes that were not taken because too many documents wait to be written")
			.register(meters);
		Gauge.builder("clearview.durable.waiting", this.size, AtomicLong::get)
			.description("Documents that wait to be written to the durable store")
			.register(meters);
		this.schedule = Flux.interval(interval, scheduler)
			.onBackpressureDrop()
			.concatMap((tick) -> flush().onErrorComplete(), 1)
			.subscribe();
	}

	/**
	 * Takes a change, to be written with the next interval.
	 * @param change what to write
	 * @return false if it was not taken, because too many documents wait
	 */
	public boolean offer(DurableChange change) {
		boolean taken = put(change, this.capacity, true);
		if (!taken) {
			this.dropped.increment();
		}
		return taken;
	}

	/**
	 * Writes all that waits now.
	 * @return completes when it is durable; an error if some of it is not, which then
	 * waits on
	 */
	public Mono<Void> flush() {
		return Mono.defer(() -> {
			List<DurableChange> batch = take();
			if (batch.isEmpty()) {
				return Mono.empty();
			}
			Mono<Void> write = this.store.merge(batch)
				.doOnError((failure) -> putBack(batch))
				.doOnCancel(() -> putBack(batch));
			return write.then((batch.size() < DurableStore.MOST_DOCUMENTS) ? Mono.empty() : flush());
		});
	}

	/** Stops the schedule. What waits is written by a last {@link #flush}, if at all. */
	@Override
	public void close() {
		this.schedule.dispose();
	}

	private List<DurableChange> take() {
		List<DurableChange> batch = new ArrayList<>();
		Iterator<String> keys = this.waiting.keySet().iterator();
		while (keys.hasNext() && batch.size() < DurableStore.MOST_DOCUMENTS) {
			DurableChange change = this.waiting.remove(keys.next());
			if (change != null) {
				this.size.decrementAndGet();
				batch.add(change);
			}
		}
		return batch;
	}

	/** Twice the bound, because what returns competes with what came meanwhile. */
	private void putBack(List<DurableChange> batch) {
		batch.forEach((change) -> {
			if (!put(change, 2L * this.capacity, false)) {
				this.dropped.increment();
			}
		});
	}

	private boolean put(DurableChange change, long most, boolean newer) {
		boolean[] taken = { true };
		this.waiting.compute(change.collection() + '/' + change.id(), (key, present) -> {
			if (present != null) {
				return newer ? present.then(change) : change.then(present);
			}
			if (this.size.get() >= most) {
				taken[0] = false;
				return null;
			}
			this.size.incrementAndGet();
			return change;
		});
		return taken[0];
	}

}
