package io.clearview.bench.load;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;

/**
 * Sends requests over kept connections from one event loop, so that it takes as little as
 * possible of the machine it measures. Timers of the event loop have a grain of a
 * millisecond: a request may leave that much after its time, and is charged for it.
 */
public final class LoadGenerator implements AutoCloseable {

	private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

	private final Duration timeout;

	/**
	 * Makes one.
	 * @param timeout after which a client would not wait any longer
	 */
	public LoadGenerator(Duration timeout) {
		this.timeout = timeout;
	}

	/**
	 * Open loop: {@code perSecond} requests, evenly spaced, whatever the answers do. What
	 * could not be sent for want of a connection waits, and its wait counts.
	 * @param connections at most
	 */
	public CompletableFuture<Tally> constant(InetSocketAddress target, Supplier<? extends Exchange> traffic,
			double perSecond, Duration duration, int connections) {
		return start(target, traffic, new Arrivals.Constant(perSecond), duration, connections);
	}

	/** Closed loop: every connection sends its next request when it has its answer. */
	public CompletableFuture<Tally> saturating(InetSocketAddress target, Supplier<? extends Exchange> traffic,
			Duration duration, int connections) {
		return start(target, traffic, new Arrivals.Saturating(Long.MAX_VALUE), duration, connections);
	}

	/** Closed loop: so many requests, however long they take. */
	public CompletableFuture<Tally> all(InetSocketAddress target, Supplier<? extends Exchange> traffic, long requests,
			int connections) {
		return start(target, traffic, new Arrivals.Saturating(requests), Duration.ofDays(1), connections);
	}

	private CompletableFuture<Tally> start(InetSocketAddress target, Supplier<? extends Exchange> traffic,
			Arrivals pace, Duration duration, int connections) {
		Stretch stretch = new Stretch(this.group.next(), target, traffic, pace, duration, this.timeout, connections);
		return stretch.start();
	}

	@Override
	public void close() {
		this.group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
	}

}
