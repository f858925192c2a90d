package io.clearview.bench.load;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.clearview.bench.load.Verification.Kind;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponseDecoder;
import org.jspecify.annotations.Nullable;

/** One stretch of load at one pace. Everything in it happens on one event loop. */
final class Stretch {

	private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

	private final EventLoop loop;

	private final Bootstrap bootstrap;

	private final Supplier<? extends Exchange> traffic;

	private final Arrivals pace;

	private final long duration;

	private final long timeout;

	private final int connections;

	private final Deque<KeptConnection> idle = new ArrayDeque<>();

	private final Set<KeptConnection> wires = new LinkedHashSet<>();

	private final Tally tally = new Tally();

	private final CompletableFuture<Tally> result = new CompletableFuture<>();

	private final long start = System.nanoTime();

	private long number;

	private int busy;

	private long nextSecond = SECOND;

	private @Nullable Future<?> ticking;

	Stretch(EventLoop loop, InetSocketAddress target, Supplier<? extends Exchange> traffic, Arrivals pace,
			Duration duration, Duration timeout, int connections) {
		this.loop = loop;
		this.traffic = traffic;
		this.pace = pace;
		this.duration = duration.toNanos();
		this.timeout = timeout.toNanos();
		this.connections = connections;
		this.bootstrap = new Bootstrap().group(loop)
			.channel(NioSocketChannel.class)
			.remoteAddress(target)
			.option(ChannelOption.TCP_NODELAY, true)
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
			.handler(new ChannelInitializer<SocketChannel>() {
				@Override
				protected void initChannel(SocketChannel channel) {
					channel.pipeline()
						.addLast(new HttpResponseDecoder(new HttpDecoderConfig().setValidateHeaders(false)));
				}
			});
	}

	CompletableFuture<Tally> start() {
		this.ticking = this.loop.scheduleAtFixedRate(this::tick, 0, 1, TimeUnit.MILLISECONDS);
		return this.result;
	}

	long now() {
		return System.nanoTime() - this.start;
	}

	private void tick() {
		try {
			long now = now();
			pump(now);
			if (now >= this.nextSecond) {
				this.tally.secondIsOver();
				this.nextSecond += SECOND;
				expire(now);
			}
			if (this.busy == 0 && !isDue(now) && (now >= this.duration || isLast(now))) {
				finish(now);
			}
			else if (now > this.duration + 2 * this.timeout) {
				giveUp(now);
			}
		}
		catch (RuntimeException ex) {
			this.result.completeExceptionally(ex);
			close();
		}
	}

	private boolean isDue(long now) {
		long intended = this.pace.intended(this.number, now);
		return intended <= now && intended < this.duration;
	}

	private boolean isLast(long now) {
		return this.pace.intended(this.number, now) == Arrivals.NEVER;
	}

	private void pump(long now) {
		while (isDue(now)) {
			KeptConnection wire = this.idle.pollLast();
			if (wire == null) {
				if (this.wires.size() >= this.connections) {
					return;
				}
				wire = new KeptConnection(this);
				this.wires.add(wire);
			}
			this.busy++;
			wire.begin(this.traffic.get(), this.pace.intended(this.number++, now), now);
		}
	}

	ChannelFuture connect(KeptConnection wire) {
		ChannelFuture connected = this.bootstrap.connect();
		connected.channel().pipeline().addLast(wire);
		return connected;
	}

	/** A wire has its answer and may be used again. */
	void ended(KeptConnection wire, Verification verification, long intended, long at) {
		this.busy--;
		this.tally.record(verification, at - intended);
		this.idle.addLast(wire);
		pump(now());
	}

	/**
	 * A wire is gone, with a request on it. The next is sent by the clock and not at
	 * once: a server that refuses connections must not be asked in a tight loop.
	 */
	void broke(KeptConnection wire, Kind kind, long intended) {
		this.busy--;
		this.tally.record(Verification.of(kind), now() - intended);
		gone(wire);
	}

	/** An idle wire is gone. */
	void gone(KeptConnection wire) {
		this.wires.remove(wire);
		this.idle.remove(wire);
	}

	private void expire(long now) {
		for (KeptConnection wire : new ArrayList<>(this.wires)) {
			wire.expire(now - this.timeout);
		}
	}

	/** What never found a connection has failed too, and is not kept from the numbers. */
	private void giveUp(long now) {
		for (KeptConnection wire : new ArrayList<>(this.wires)) {
			wire.expire(now);
		}
		while (isDue(now)) {
			this.tally.record(Verification.of(Kind.TIMEOUT), now - this.pace.intended(this.number++, now));
		}
		finish(now);
	}

	private void finish(long now) {
		this.tally.isOver(now);
		close();
		this.result.complete(this.tally);
	}

	private void close() {
		if (this.ticking != null) {
			this.ticking.cancel(false);
		}
		new ArrayList<>(this.wires).forEach(KeptConnection::close);
	}

}
