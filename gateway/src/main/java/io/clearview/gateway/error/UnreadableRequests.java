package io.clearview.gateway.error;

import io.clearview.gateway.correlation.Correlation;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import reactor.netty.NettyPipeline;

import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Gives the contract's body to what the server itself refuses before any filter sees it:
 * a request line, a header or a path that is no HTTP. Such an answer is known by the
 * missing correlation ID, which every answer of this program carries; its connection is
 * closed, because where the next request would begin is anybody's guess.
 */
@Component
final class UnreadableRequests implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory> {

	private static final String HANDLER = "unreadable-requests";

	@Override
	public void customize(NettyReactiveWebServerFactory factory) {
		factory.addServerCustomizers((server) -> server.doOnChannelInit((_, channel, _) -> {
			if (channel.pipeline().get(NettyPipeline.HttpCodec) != null) {
				channel.pipeline().addAfter(NettyPipeline.HttpCodec, HANDLER, new Handler());
			}
		}));
	}

	/** Watches one connection. */
	private static final class Handler extends ChannelOutboundHandlerAdapter {

		private boolean dropping;

		@Override
		public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
			if (message instanceof HttpResponse response && isServersOwn(response)) {
				this.dropping = !(message instanceof LastHttpContent);
				ReferenceCountUtil.release(message);
				// with all answers before it, before anything can close the connection
				context.writeAndFlush(BadRequestResponse.of(BadRequestResponse.MALFORMED_HEAD), promise.unvoid())
					.addListener(ChannelFutureListener.CLOSE);
			}
			else if (this.dropping) {
				this.dropping = !(message instanceof LastHttpContent);
				ReferenceCountUtil.release(message);
				promise.setSuccess();
			}
			else {
				context.write(message, promise);
			}
		}

		private static boolean isServersOwn(HttpResponse response) {
			return response.status().code() >= HttpResponseStatus.BAD_REQUEST.code()
					&& !response.headers().contains(Correlation.HEADER);
		}

	}

}
