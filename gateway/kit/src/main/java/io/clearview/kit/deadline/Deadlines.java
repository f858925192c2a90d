package io.clearview.kit.deadline;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.concurrent.DefaultThreadFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Ends what takes too long. The times are kept on Netty's hashed wheel (Varghese and
 * Lauck, SOSP 1987): nearly every request sets some and takes them back, which here puts
 * two entries into a queue, where Reactor's own time-out takes a lock, wakes a thread and
 * describes its source. One comes at most a tick and a half late, and never early.
 */
public final class Deadlines {

	private static final Duration TICK = Duration.ofMillis(10);

	/** Twice the longest deadline there is; more of them share a slot. */
	private static final int SLOTS = 2048;

	/** What was waiting goes on elsewhere: the wheel turns for everybody. */
	private static final HashedWheelTimer wheel = new HashedWheelTimer(new DefaultThreadFactory("deadlines", true),
			TICK.toNanos(), TimeUnit.NANOSECONDS, SLOTS, false, -1, Schedulers.parallel()::schedule);

	private Deadlines() {
	}

	/**
	 * Starts the wheel. Done before the first request, because whoever starts it waits
	 * for its thread.
	 */
	public static void prepare() {
		wheel.start();
	}

	/**
	 * The same work, which errors with {@link TimeoutException} and is cancelled unless
	 * it ends in time. The time runs from each subscription.
	 */
	public static <T> Mono<T> within(Duration limit, Mono<T> work) {
		return work.timeout(after(limit),
				Mono.error(() -> new TimeoutException("Not done within " + limit.toMillis() + " ms")));
	}

	private static Mono<Object> after(Duration limit) {
		return Mono.create((sink) -> {
			Timeout timeout = wheel.newTimeout((_) -> sink.success(), limit.toNanos(), TimeUnit.NANOSECONDS);
			sink.onDispose(timeout::cancel);
		});
	}

}
