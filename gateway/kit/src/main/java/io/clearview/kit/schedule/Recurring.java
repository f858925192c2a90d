package io.clearview.kit.schedule;

import java.time.Duration;
import java.util.function.Supplier;

import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.context.SmartLifecycle;

/**
 * Work that is done again and again, once the service has started and until it stops.
 * Never twice at a time: what is due while the work is going on is left out.
 */
public final class Recurring implements SmartLifecycle {

	private final Duration every;

	private final Supplier<Mono<Void>> work;

	private final Scheduler scheduler;

	private final Disposable.Swap running = Disposables.swap();

	/**
	 * Describes the work.
	 * @param every how often
	 * @param work what; must not block; its errors are its own
	 */
	public Recurring(Duration every, Supplier<Mono<Void>> work) {
		this(every, work, Schedulers.parallel());
	}

	/**
	 * Describes the work, and what it is timed and begun by.
	 * @param every how often
	 * @param work what; must not block; its errors are its own
	 * @param scheduler tells the time
	 */
	public Recurring(Duration every, Supplier<Mono<Void>> work, Scheduler scheduler) {
		this.every = every;
		this.work = work;
		this.scheduler = scheduler;
	}

	@Override
	public void start() {
		this.running.update(Flux.interval(this.every, this.scheduler)
			.onBackpressureDrop()
			.concatMap((_) -> Mono.defer(this.work).onErrorComplete(), 1)
			.subscribe());
	}

	@Override
	public void stop() {
		this.running.update(Disposables.disposed());
	}

	@Override
	public boolean isRunning() {
		Disposable current = this.running.get();
		return current != null && !current.isDisposed();
	}

}
