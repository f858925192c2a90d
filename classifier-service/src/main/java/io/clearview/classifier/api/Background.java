package io.clearview.classifier.api;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.clearview.classifier.telemetry.Metrics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.publisher.Mono;

/**
 * Work that goes on after its caller stopped waiting, bounded by the number of posts that
 * are judged in it.
 */
final class Background {

	private final int mostPosts;

	private final AtomicInteger posts = new AtomicInteger();

	Background(int mostPosts, MeterRegistry meters) {
		this.mostPosts = mostPosts;
		Gauge.builder(Metrics.BACKGROUND, this.posts, AtomicInteger::get).register(meters);
	}

	/**
	 * The caller of work in progress has left; whether the work goes on. If not, there is
	 * no room, and it should end soon.
	 * @param work with {@code count} posts
	 */
	boolean goesOn(CompletableFuture<?> work, int count) {
		if (this.posts.addAndGet(count) > this.mostPosts) {
			this.posts.addAndGet(-count);
			return false;
		}
		work.whenComplete((_, _) -> this.posts.addAndGet(-count));
		return true;
	}

	/**
	 * Starts {@code work} and completes with it, or after {@code timeout}.
	 * @param work judging of {@code count} posts; never errors
	 * @param count of posts
	 * @param timeout how long the caller waits; not at all if it is not positive
	 * @param started receives the work if it goes on after the caller has left
	 */
	Mono<Void> waitFor(Mono<Void> work, int count, Duration timeout, Consumer<Mono<Void>> started) {
		return Mono.defer(() -> {
			if (this.posts.addAndGet(count) > this.mostPosts) {
				this.posts.addAndGet(-count);
				return timeout.isPositive() ? work.timeout(timeout, Mono.empty()) : Mono.empty();
			}
			Mono<Void> running = work.doFinally((_) -> this.posts.addAndGet(-count)).cache();
			started.accept(running);
			running.subscribe();
			return timeout.isPositive() ? running.timeout(timeout, Mono.empty()) : Mono.empty();
		});
	}

}
