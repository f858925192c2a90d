package io.clearview.kit.durable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.clearview.kit.schedule.Recurring;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

import org.springframework.context.SmartLifecycle;

/**
 * Changes that wait to be written to the durable store. Changes of the same document are
 * merged while they wait, so what waits is bounded by the number of documents; beyond the
 * bound a change of a further document is not taken, or the oldest gives way. Every
 * interval what waits is written, the oldest first; what could not be written waits on,
 * and newer values win over it. What waits when the service stops is written then, if the
 * store takes it in time.
 */
public final class WriteBehind implements SmartLifecycle {

	/** Stops after all that may still have something to write. */
	private static final int BEHIND_ALL_WORK = DEFAULT_PHASE - 8192;

	private static final Duration LAST_WRITE = Duration.ofSeconds(5);

	private final DurableStore store;

	private final int capacity;

	private final Scheduler scheduler;

	private final WhenFull whenFull;

	/** The oldest first. Guarded by itself. */
	private final LinkedHashMap<String, DurableChange> waiting = new LinkedHashMap<>();

	private final Object order = new Object();

	/** The write that runs, or the last one. */
	private CompletableFuture<?> current = CompletableFuture.completedFuture("none yet");

	/** The write that follows it; null for none. */
	private @Nullable CompletableFuture<Void> next;

	private final DurableMetrics.Queue metrics;

	private final Recurring schedule;

	/** What becomes of a change of a further document when too many wait. */
	public enum WhenFull {

		/** It is not taken. */
		REJECT,

		/** The document that has waited longest is not written. */
		DROP_OLDEST

	}

	/**
	 * Creates the queue of what must not give way to anything newer; it writes once it is
	 * started.
	 * @param store where to
	 * @param interval the time between two writes
	 * @param capacity the most documents that wait
	 * @param scheduler runs the writes
	 * @param metrics records how many documents wait and how many were not taken
	 */
	public WriteBehind(DurableStore store, Duration interval, int capacity, Scheduler scheduler,
			DurableMetrics metrics) {
		this(store, interval, capacity, WhenFull.REJECT, scheduler, metrics.queue(DurableMetrics.CHANGES));
	}

	/**
	 * Creates a queue; it writes once it is started.
	 * @param whenFull what happens when more documents wait than {@code capacity}
	 */
	public WriteBehind(DurableStore store, Duration interval, int capacity, WhenFull whenFull, Scheduler scheduler,
			DurableMetrics.Queue metrics) {
		this.store = store;
		this.scheduler = scheduler;
		this.capacity = capacity;
		this.whenFull = whenFull;
		this.metrics = metrics;
		this.schedule = new Recurring(interval, this::flush, scheduler);
		metrics.watch(this::size);
	}

	@Override
	public void start() {
		this.schedule.start();
	}

	/** Stops the schedule, and writes what waits. */
	@Override
	public void stop(Runnable stopped) {
		stop();
		flush().timeout(LAST_WRITE, this.scheduler).onErrorComplete().doFinally((end) -> stopped.run()).subscribe();
	}

	/** Stops the schedule. What waits is written by a later {@link #flush}, if at all. */
	@Override
	public void stop() {
		this.schedule.stop();
	}

	@Override
	public boolean isRunning() {
		return this.schedule.isRunning();
	}

	@Override
	public int getPhase() {
		return BEHIND_ALL_WORK;
	}

	/**
	 * Takes a change, to be written with the next interval.
	 * @param change what to write
	 * @return false if it was not taken, because too many documents wait
	 */
	public boolean offer(DurableChange change) {
		synchronized (this.waiting) {
			if (this.waiting.computeIfPresent(name(change), (_, present) -> present.then(change)) != null) {
				return true;
			}
			if (this.waiting.size() >= this.capacity) {
				this.metrics.dropped();
				if (this.whenFull == WhenFull.REJECT) {
					return false;
				}
				this.waiting.pollFirstEntry();
			}
			this.waiting.put(name(change), change);
			return true;
		}
	}

	/**
	 * Writes all that waits now, after what is being written. One write at a time, so
	 * that an older value of a document is never written after a newer one; callers that
	 * wait for the same write share it. It goes on when they leave.
	 * @return completes when it is durable; an error if some of it is not, which then
	 * waits on
	 */
	public Mono<Void> flush() {
		return Mono.fromFuture(this::joinNextWrite, true);
	}

	private CompletableFuture<Void> joinNextWrite() {
		CompletableFuture<Void> write = new CompletableFuture<>();
		CompletableFuture<?> before;
		synchronized (this.order) {
			if (this.next != null) {
				return this.next;
			}
			this.next = write;
			before = this.current;
		}
		before.whenComplete((done, failure) -> begin(write));
		return write;
	}

	private void begin(CompletableFuture<Void> write) {
		synchronized (this.order) {
			this.current = write;
			this.next = null;
		}
		writeAll().subscribe((done) -> {
		}, write::completeExceptionally, () -> write.complete(null));
	}

	private Mono<Void> writeAll() {
		return Mono.defer(() -> {
			List<DurableChange> batch = take();
			if (batch.isEmpty()) {
				return Mono.empty();
			}
			Mono<Void> write = this.store.merge(batch).doOnError((failure) -> putBack(batch));
			return write.then((batch.size() < DurableStore.MOST_DOCUMENTS) ? Mono.empty() : writeAll());
		});
	}

	private List<DurableChange> take() {
		List<DurableChange> batch = new ArrayList<>();
		synchronized (this.waiting) {
			while (batch.size() < DurableStore.MOST_DOCUMENTS) {
				Map.Entry<String, DurableChange> oldest = this.waiting.pollFirstEntry();
				if (oldest == null) {
					break;
				}
				batch.add(oldest.getValue());
			}
		}
		return batch;
	}

	/**
	 * Returns what could not be written to its place. Where nothing gives way there is
	 * twice the room, because what returns competes with what came meanwhile.
	 */
	private void putBack(List<DurableChange> batch) {
		long room = (this.whenFull == WhenFull.REJECT) ? 2L * this.capacity : this.capacity;
		synchronized (this.waiting) {
			for (DurableChange change : batch.reversed()) {
				String name = name(change);
				DurableChange newer = this.waiting.get(name);
				if (newer != null) {
					this.waiting.put(name, change.then(newer));
				}
				else if (this.waiting.size() < room) {
					this.waiting.putFirst(name, change);
				}
				else {
					this.metrics.dropped();
				}
			}
		}
	}

	private int size() {
		synchronized (this.waiting) {
			return this.waiting.size();
		}
	}

	private static String name(DurableChange change) {
		return change.collection() + '/' + change.id();
	}

}
