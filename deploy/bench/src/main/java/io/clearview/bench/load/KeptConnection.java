package io.clearview.bench.load;

import io.clearview.bench.load.Verification.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** One kept connection, with at most one request on it. */
final class KeptConnection extends ChannelInboundHandlerAdapter {

	private final Stretch stretch;

	private final ByteBuf body = Unpooled.buffer(4096);

	private @Nullable Channel channel;

	private @Nullable Exchange exchange;

	private long intended;

	private long sent;

	private int status;

	private boolean kept;

	KeptConnection(Stretch stretch) {
		this.stretch = stretch;
	}

	void begin(Exchange exchange, long intended, long now) {
		this.exchange = exchange;
		this.intended = intended;
		this.sent = now;
		if (this.channel == null) {
			ChannelFuture connected = this.stretch.connect(this);
			this.channel = connected.channel();
			connected.addListener((done) -> {
				if (done.isSuccess()) {
					send(exchange);
				}
				else {
					fail(Kind.BROKEN);
				}
			});
		}
		else {
			send(exchange);
		}
	}

	private void send(Exchange exchange) {
		Channel channel = this.channel;
		if (channel != null && this.exchange == exchange) {
			ByteBuf request = channel.alloc().ioBuffer(4096);
			exchange.writeTo(request);
			channel.writeAndFlush(request, channel.voidPromise());
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) {
		try {
			if (message instanceof HttpResponse response) {
				this.status = response.status().code();
				this.kept = HttpUtil.isKeepAlive(response);
				this.body.clear();
			}
			if (message instanceof HttpContent content) {
				this.body.writeBytes(content.content());
			}
			if (message instanceof LastHttpContent && this.status != 100) {
				complete();
			}
		}
		finally {
			ReferenceCountUtil.release(message);
		}
	}

	private void complete() {
		long at = this.stretch.now();
		Exchange exchange = this.exchange;
		if (exchange == null) {
			close();
			return;
		}
		this.exchange = null;
		Verification verification = exchange.verify(this.status, this.body);
		if (!this.kept) {
			disconnect();
		}
		this.stretch.ended(this, verification, this.intended, at);
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		if (context.channel() == this.channel) {
			fail(Kind.BROKEN);
		}
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
		if (context.channel() == this.channel) {
			fail(Kind.BROKEN);
		}
	}

	/** Gives the request up if it was sent before {@code limit}. */
	void expire(long limit) {
		if (this.exchange != null && this.sent < limit) {
			fail(Kind.TIMEOUT);
		}
	}

	private void fail(Kind kind) {
		boolean busy = this.exchange != null;
		this.exchange = null;
		disconnect();
		if (busy) {
			this.stretch.broke(this, kind, this.intended);
		}
		else {
			this.stretch.gone(this);
		}
	}

	void close() {
		this.exchange = null;
		disconnect();
	}

	private void disconnect() {
		Channel channel = this.channel;
		this.channel = null;
		if (channel != null) {
			channel.close();
		}
	}

}
