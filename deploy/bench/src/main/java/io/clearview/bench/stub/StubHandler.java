package io.clearview.bench.stub;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.clearview.bench.stub.Behaviour.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code POST .../chat/completions}, and two requests about itself:
 * {@code PUT /stub/behaviour?...} and {@code GET /stub/usage}.
 */
final class StubHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

	private static final byte[] ERROR = ChatFormat.bytes("{\"error\":{\"message\":\"told to fail\"}}");

	private static final byte[] GARBAGE = ChatFormat.bytes("<html>not the answer</html>");

	private static final byte[] NOTHING = ChatFormat.bytes("{}");

	private final StubState state;

	StubHandler(StubState state) {
		this.state = state;
	}

	@Override
	protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
		QueryStringDecoder uri = new QueryStringDecoder(request.uri());
		if (request.method().equals(HttpMethod.POST) && uri.path().endsWith("/chat/completions")) {
			complete(context, request.content());
		}
		else if (request.method().equals(HttpMethod.PUT) && uri.path().equals("/stub/behaviour")) {
			Map<String, String> query = uri.parameters()
				.entrySet()
				.stream()
				.collect(Collectors.toMap(Map.Entry::getKey, (entry) -> entry.getValue().getFirst()));
			this.state.behave(Behaviour.of(query));
			context.writeAndFlush(response(HttpResponseStatus.OK, NOTHING));
		}
		else if (request.method().equals(HttpMethod.GET) && uri.path().equals("/stub/usage")) {
			context.writeAndFlush(response(HttpResponseStatus.OK, ChatFormat.write(this.state.usage())));
		}
		else {
			context.writeAndFlush(response(HttpResponseStatus.NOT_FOUND, NOTHING));
		}
	}

	private void complete(ChannelHandlerContext context, ByteBuf body) {
		@Nullable Failure failure = this.state.fails() ? this.state.behaviour().failure() : null;
		if (failure == null || failure == Failure.HALF || failure == Failure.COSTLY) {
			ChatFormat.Asked asked = ChatFormat.read(ByteBufUtil.getBytes(body));
			ChatFormat.Answer answer = ChatFormat.answer(asked, failure == Failure.HALF,
					(failure == Failure.COSTLY) ? 1000 : 1);
			this.state.count(asked.posts().size(), answer.promptTokens(), answer.completionTokens());
			later(context, response(HttpResponseStatus.OK, answer.body()));
			return;
		}
		this.state.countFailure();
		switch (failure) {
			case LIMIT -> {
				FullHttpResponse response = response(HttpResponseStatus.TOO_MANY_REQUESTS, ERROR);
				response.headers().set(HttpHeaderNames.RETRY_AFTER, "1");
				later(context, response);
			}
			case GARBAGE -> later(context, response(HttpResponseStatus.OK, GARBAGE));
			case SILENCE -> {
				// the caller's time-out is what is wanted
			}
			default -> later(context, response(HttpResponseStatus.INTERNAL_SERVER_ERROR, ERROR));
		}
	}

	private void later(ChannelHandlerContext context, FullHttpResponse response) {
		context.executor()
			.schedule(() -> context.writeAndFlush(response, context.voidPromise()), this.state.latencyMillis(),
					TimeUnit.MILLISECONDS);
	}

	private static FullHttpResponse response(HttpResponseStatus status, byte[] body) {
		FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status,
				Unpooled.wrappedBuffer(body));
		response.headers()
			.set(HttpHeaderNames.CONTENT_TYPE, "application/json")
			.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
		return response;
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
		context.close();
	}

}
