package io.clearview.gateway.server;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * Cuts off a client that does not read: what the kernel could not take of an answer at
 * once must be gone within the time-out, and a byte now and then does not put it off. A
 * client that keeps up costs two looks at a counter and never a timer.
 */
final class UnreadResponses extends ChannelOutboundHandlerAdapter {

	static final String HANDLER = "clearview.answers.unread";

	private final Duration timeout;

	private final RefusedConnections refused;

	private @Nullable ScheduledFuture<?> deadline;

	UnreadResponses(Duration timeout, RefusedConnections refused) {
		this.timeout = timeout;
		this.refused = refused;
	}

	@Override
	public void flush(ChannelHandlerContext context) {
		if (this.deadline != null && isAllTaken(context)) {
			stop();
		}
		context.flush();
		if (isAllTaken(context)) {
			stop();
		}
		else if (this.deadline == null) {
			this.deadline = context.executor()
				.schedule(() -> cutOff(context), this.timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	/** Nobody waits for what the kernel still holds, so it is dropped too. */
	private void cutOff(ChannelHandlerContext context) {
		this.deadline = null;
		if (!isAllTaken(context)) {
			this.refused.count(RefusedConnections.Fault.UNREAD);
			context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
			context.close();
		}
	}

	private void stop() {
		ScheduledFuture<?> waiting = this.deadline;
		if (waiting != null) {
			waiting.cancel(false);
			this.deadline = null;
		}
	}

	/** Whether the kernel has everything that was flushed; also when it is closed. */
	private static boolean isAllTaken(ChannelHandlerContext context) {
		ChannelOutboundBuffer waiting = context.channel().unsafe().outboundBuffer();
		return waiting == null || waiting.isEmpty();
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext context) {
		stop();
	}

}
