package io.clearview.gateway.server;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * Limits the time that one part of one request takes to arrive on a connection. It times
 * one part at a time; further bytes of the same part do not restart it. Used by the
 * connection's event loop only.
 */
final class ArrivalClock {

	/** Time for the rest of a request whose response was sent already. */
	private static final Duration REST_TIMEOUT = Duration.ofSeconds(1);

	private final ServerLimitProperties settings;

	private final BiConsumer<ChannelHandlerContext, Duration> onTimeout;

	private @Nullable Part timed;

	private @Nullable ScheduledFuture<?> timer;

	/**
	 * Creates a clock that is stopped.
	 * @param settings the time-outs
	 * @param onTimeout called, once a start at most, with the time-out that has passed
	 */
	ArrivalClock(ServerLimitProperties settings, BiConsumer<ChannelHandlerContext, Duration> onTimeout) {
		this.settings = settings;
		this.onTimeout = onTimeout;
	}

	/** Starts to time that part, unless it is being timed already. */
	void start(ChannelHandlerContext context, Part part) {
		if (this.timed == part) {
			return;
		}
		stop();
		this.timed = part;
		Duration timeout = timeout(part);
		this.timer = context.executor()
			.schedule(() -> this.onTimeout.accept(context, timeout), timeout.toMillis(), TimeUnit.MILLISECONDS);
	}

	/** Stops: the part has arrived, or nothing is expected. */
	void stop() {
		this.timed = null;
		ScheduledFuture<?> running = this.timer;
		if (running != null) {
			running.cancel(false);
			this.timer = null;
		}
	}

	private Duration timeout(Part part) {
		return switch (part) {
			case HEAD -> this.settings.headTimeout();
			case BODY -> this.settings.requestTimeout();
			case REST -> REST_TIMEOUT;
		};
	}

	/** What is timed. */
	enum Part {

		/** From the first byte of a request line to the end of the headers. */
		HEAD,
		/** From there to the last byte of the body. */
		BODY,
		/** The rest of a body whose request was answered before it had arrived. */
		REST

	}

}
