package io.clearview.gateway.server;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * Stands on both sides of a connection's decoder and lets no request through whose head
 * was not looked at: before the decoder it reads along, and hands over a head by itself;
 * behind it it sees where a request begins and ends. A body is handed over in pieces that
 * end where the body may end, so that a head behind it is looked at too.
 * <p>
 * A body that no route reads, of a GET for instance, is dropped here, and the response
 * does not wait for its end. Other bodies are passed on in few pieces however many they
 * arrive in, so that memory follows the bytes. A request whose response was sent before
 * its last byte arrived has a second for the rest; then its connection is closed.
 * <p>
 * While the server drains, each response says that it is the last of its connection.
 * <p>
 * It also ends requests that take too long to arrive, and those that turn out to be no
 * HTTP: to the server behind it such a body would merely have ended early. And it closes
 * the connection after the request that asks for it, and after any of HTTP/1.0: the
 * server behind it would do so after the answer that is due when it reads the request,
 * and drop those between.
 */
final class HeadGuard {

	static final String BEFORE_DECODER = "clearview.head.bytes";

	static final String BEHIND_DECODER = "clearview.head.request";

	/** Time for the rest of a request whose response was sent already. */
	private static final Duration REST_TIMEOUT = Duration.ofSeconds(1);

	/** Smaller pieces of a body are put together until they are as large as this. */
	private static final int PIECE = 8 * 1024;

	/** Chunks of a body, and empty lines in a chunked one, each of which costs time. */
	private static final int MAX_CHUNKS = 4096;

	private static final String TOO_MANY_CHUNKS = "A body may have at most %d chunks and as many empty lines"
		.formatted(MAX_CHUNKS);

	private static final Set<HttpMethod> WITH_BODY = Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH,
			HttpMethod.DELETE);

	private final HeadScanner scanner = new HeadScanner();

	private final ServerSettings settings;

	private final RefusedConnections refused;

	private final Draining draining;

	/** Whether the body that arrives is dropped. */
	private boolean dropping;

	/** Whether bytes were dropped since the last read was complete. */
	private boolean dropped;

	/** Small pieces of a body that were not passed on yet. */
	private @Nullable ByteBuf gathered;

	private Phase phase = Phase.IDLE;

	private boolean headScanned;

	/** Requests handed on, final answers begun, and final answers sent. */
	private int requests;

	private int begun;

	private int answered;

	/** The request after which the connection ends; zero until there is one. */
	private int last;

	/** Whether that one is of HTTP/1.0. */
	private boolean old;

	/** Whether an answer said that it was the last. */
	private boolean closing;

	private @Nullable Refusal refusal;

	/** Bytes until the body ends; negative when only the decoder knows. */
	private long bodyLeft;

	/** Of the chunked body that arrives: chunks, empty lines, and bytes of this line. */
	private int chunks;

	private int emptyLines;

	private int lineLength;

	private @Nullable Phase awaited;

	private @Nullable ScheduledFuture<?> deadline;

	HeadGuard(ServerSettings settings, RefusedConnections refused, Draining draining) {
		this.settings = settings;
		this.refused = refused;
		this.draining = draining;
	}

	/** The half that sees bytes. */
	ChannelHandler beforeDecoder() {
		return new BeforeDecoder();
	}

	/** The half that sees requests and answers. */
	ChannelHandler behindDecoder() {
		return new BehindDecoder();
	}

	/** Reads nothing more, and refuses the request that is on its way. */
	private void refuse(ChannelHandlerContext context, RefusedConnections.Fault fault, String reason) {
		if (this.phase == Phase.DEAF) {
			return;
		}
		int request = (this.phase == Phase.BODY) ? this.requests : this.requests + 1;
		this.phase = Phase.DEAF;
		await(context, null);
		releaseGathered();
		this.refused.count(fault);
		this.refusal = new Refusal(request, reason);
		answerRefusal(context);
	}

	/**
	 * Answers the refused request when its turn has come: those before it in the pipeline
	 * are answered first. One that is being answered already can only be cut off, and
	 * after an answer that was said to be the last there is nothing to say.
	 */
	private void answerRefusal(ChannelHandlerContext context) {
		Refusal due = this.refusal;
		if (due != null && this.answered >= due.request() - 1) {
			this.refusal = null;
			if (this.closing) {
				return;
			}
			if (this.begun >= due.request()) {
				// not without what was answered before
				context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
			}
			else {
				this.refused.refuse(context.pipeline().context(BEHIND_DECODER), due.reason());
			}
		}
	}

	/** Starts, keeps or stops the clock for what is on its way. */
	private void await(ChannelHandlerContext context, @Nullable Phase next) {
		if (this.awaited == next) {
			return;
		}
		this.awaited = next;
		ScheduledFuture<?> waiting = this.deadline;
		if (waiting != null) {
			waiting.cancel(false);
			this.deadline = null;
		}
		if (next != null) {
			Duration timeout = timeout(next);
			this.deadline = context.executor()
				.schedule(
						() -> refuse(context, RefusedConnections.Fault.SLOW,
								"The request must arrive within %d s".formatted(timeout.toSeconds())),
						timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	private Duration timeout(Phase phase) {
		return switch (phase) {
			case HEAD -> this.settings.headTimeout();
			case REST -> REST_TIMEOUT;
			default -> this.settings.requestTimeout();
		};
	}

	/** Starts the clock for what is expected next. */
	private void awaitNext(ChannelHandlerContext context) {
		switch (this.phase) {
			case HEAD -> await(context, Phase.HEAD);
			case BODY -> await(context, (this.answered >= this.requests) ? Phase.REST : Phase.BODY);
			default -> await(context, null);
		}
	}

	private void releaseGathered() {
		ByteBuf pieces = this.gathered;
		if (pieces != null) {
			this.gathered = null;
			pieces.release();
		}
	}

	/** What the next byte belongs to; of no interest any more when deaf. */
	private enum Phase {

		IDLE, HEAD, BODY,
		/** Of a body whose request was answered already; awaited only. */
		REST, DEAF

	}

	/**
	 * What is to be said once.
	 *
	 * @param request which of the connection's requests is refused, counted from 1
	 * @param reason for a person
	 */
	private record Refusal(int request, String reason) {
	}

	private final class BeforeDecoder extends ChannelInboundHandlerAdapter {

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			if (!(message instanceof ByteBuf bytes)) {
				context.fireChannelRead(message);
				return;
			}
			try {
				while (bytes.isReadable() && HeadGuard.this.phase != Phase.DEAF) {
					int length = (HeadGuard.this.phase == Phase.BODY) ? body(context, bytes) : scan(context, bytes);
					if (HeadGuard.this.phase != Phase.DEAF) {
						context.fireChannelRead(bytes.readRetainedSlice(length));
					}
				}
				awaitNext(context);
			}
			finally {
				bytes.release();
			}
		}

		/**
		 * As many bytes as certainly are of this body: a chunked one ends with an empty
		 * line.
		 */
		private int body(ChannelHandlerContext context, ByteBuf bytes) {
			if (HeadGuard.this.bodyLeft < 0) {
				return untilEmptyLine(context, bytes);
			}
			int length = (int) Math.min(HeadGuard.this.bodyLeft, bytes.readableBytes());
			HeadGuard.this.bodyLeft -= length;
			return length;
		}

		private int untilEmptyLine(ChannelHandlerContext context, ByteBuf bytes) {
			int end = bytes.writerIndex();
			int from = bytes.readerIndex();
			while (true) {
				int lineFeed = bytes.indexOf(from, end, (byte) '\n');
				if (lineFeed < 0) {
					HeadGuard.this.lineLength += end - from;
					return bytes.readableBytes();
				}
				// one byte may be a carriage return
				boolean empty = HeadGuard.this.lineLength + lineFeed - from <= 1;
				HeadGuard.this.lineLength = 0;
				from = lineFeed + 1;
				if (empty) {
					HeadGuard.this.emptyLines++;
					if (HeadGuard.this.emptyLines > MAX_CHUNKS) {
						refuse(context, RefusedConnections.Fault.MALFORMED, TOO_MANY_CHUNKS);
					}
					return from - bytes.readerIndex();
				}
			}
		}

		/** Looks at a head, or as much of it as there is. */
		private int scan(ChannelHandlerContext context, ByteBuf bytes) {
			HeadScanner scanner = HeadGuard.this.scanner;
			HeadGuard.this.phase = Phase.HEAD;
			int length = scanner.read(bytes);
			String fault = scanner.fault();
			if (fault != null) {
				refuse(context, RefusedConnections.Fault.AMBIGUOUS, fault);
			}
			else if (scanner.isComplete()) {
				scanner.reset();
				HeadGuard.this.headScanned = true;
			}
			return length;
		}

		@Override
		public void channelInactive(ChannelHandlerContext context) {
			await(context, null);
			context.fireChannelInactive();
		}

	}

	private final class BehindDecoder extends ChannelDuplexHandler {

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			if (HeadGuard.this.phase == Phase.DEAF) {
				ReferenceCountUtil.release(message);
				return;
			}
			if (message instanceof HttpRequest request) {
				if (request.decoderResult().isFailure()) {
					ReferenceCountUtil.release(message);
					refuse(context, RefusedConnections.Fault.MALFORMED, RefusedConnections.MALFORMED_HEAD);
					return;
				}
				String fault = fault(request);
				if (fault != null) {
					ReferenceCountUtil.release(message);
					refuse(context, RefusedConnections.Fault.AMBIGUOUS, fault);
					return;
				}
				begin(request);
			}
			else if (message instanceof HttpContent content && content.decoderResult().isFailure()) {
				ReferenceCountUtil.release(message);
				refuse(context, RefusedConnections.Fault.MALFORMED, "The body is not valid HTTP");
				return;
			}
			if (message instanceof LastHttpContent) {
				HeadGuard.this.phase = (HeadGuard.this.requests == HeadGuard.this.last) ? Phase.DEAF : Phase.IDLE;
			}
			if (message instanceof HttpRequest) {
				context.fireChannelRead(message);
				if (HeadGuard.this.dropping) {
					context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
				}
			}
			else if (message instanceof HttpContent content) {
				receive(context, content);
			}
			else {
				context.fireChannelRead(message);
			}
		}

		private void receive(ChannelHandlerContext context, HttpContent content) {
			boolean last = content instanceof LastHttpContent;
			HeadGuard.this.chunks++;
			if (HeadGuard.this.bodyLeft < 0 && HeadGuard.this.chunks > MAX_CHUNKS && !last) {
				content.release();
				refuse(context, RefusedConnections.Fault.MALFORMED, TOO_MANY_CHUNKS);
			}
			else if (HeadGuard.this.dropping) {
				content.release();
				HeadGuard.this.dropped = true;
				HeadGuard.this.dropping = !last;
			}
			else if (last) {
				passGathered(context);
				context.fireChannelRead(content);
			}
			else {
				gather(context, content);
			}
		}

		private void gather(ChannelHandlerContext context, HttpContent content) {
			ByteBuf pieces = HeadGuard.this.gathered;
			int length = content.content().readableBytes();
			if (pieces != null && length > pieces.writableBytes()) {
				passGathered(context);
				pieces = null;
			}
			if (pieces == null && length >= PIECE) {
				context.fireChannelRead(content);
				return;
			}
			if (pieces == null) {
				pieces = context.alloc().buffer(PIECE, PIECE);
				HeadGuard.this.gathered = pieces;
			}
			pieces.writeBytes(content.content());
			content.release();
		}

		private void passGathered(ChannelHandlerContext context) {
			ByteBuf pieces = HeadGuard.this.gathered;
			if (pieces != null) {
				HeadGuard.this.gathered = null;
				// the size of what is in it, not of what it could hold
				context.fireChannelRead(new DefaultHttpContent(
						(pieces.readableBytes() < PIECE / 2) ? shrink(context, pieces) : pieces));
			}
		}

		private ByteBuf shrink(ChannelHandlerContext context, ByteBuf pieces) {
			try {
				return context.alloc().buffer(pieces.readableBytes()).writeBytes(pieces);
			}
			finally {
				pieces.release();
			}
		}

		@Override
		public void channelReadComplete(ChannelHandlerContext context) {
			passGathered(context);
			context.fireChannelReadComplete();
			if (HeadGuard.this.dropping || HeadGuard.this.dropped) {
				// the handlers behind this asked for one read, and may not have seen it
				HeadGuard.this.dropped = false;
				context.read();
			}
		}

		@Override
		public void handlerRemoved(ChannelHandlerContext context) {
			releaseGathered();
		}

		private void begin(HttpRequest request) {
			HeadGuard.this.requests++;
			HeadGuard.this.headScanned = false;
			HeadGuard.this.phase = Phase.BODY;
			HeadGuard.this.chunks = 0;
			HeadGuard.this.emptyLines = 0;
			HeadGuard.this.lineLength = 0;
			HeadGuard.this.bodyLeft = HttpUtil.isTransferEncodingChunked(request) ? -1
					: HttpUtil.getContentLength(request, 0L);
			HeadGuard.this.dropping = HeadGuard.this.bodyLeft != 0 && !WITH_BODY.contains(request.method());
			if (HeadGuard.this.dropping) {
				request.headers()
					.remove(HttpHeaderNames.CONTENT_LENGTH)
					.remove(HttpHeaderNames.TRANSFER_ENCODING)
					.remove(HttpHeaderNames.EXPECT);
			}
			HeadGuard.this.draining.requestBegins();
			HeadGuard.this.old = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
			if (HeadGuard.this.old || !HttpUtil.isKeepAlive(request)) {
				HeadGuard.this.last = HeadGuard.this.requests;
				HttpUtil.setKeepAlive(request, true);
			}
		}

		@Override
		public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
			if (message instanceof HttpResponse response && response.status().code() >= 200) {
				HeadGuard.this.begun++;
				if (HeadGuard.this.draining.isDraining() && HeadGuard.this.begun == HeadGuard.this.requests) {
					endWithThisResponse();
				}
				if (HeadGuard.this.begun == HeadGuard.this.last) {
					sayItIsTheLast(response);
				}
				HeadGuard.this.closing = !HttpUtil.isKeepAlive(response);
			}
			boolean ends = message instanceof LastHttpContent && HeadGuard.this.begun > HeadGuard.this.answered;
			ChannelPromise written = promise;
			if (ends && HeadGuard.this.begun == HeadGuard.this.last) {
				written = promise.unvoid().addListener(ChannelFutureListener.CLOSE);
			}
			context.write(message, written);
			if (ends) {
				HeadGuard.this.answered++;
				answerRefusal(context);
				if (HeadGuard.this.phase == Phase.BODY) {
					awaitNext(context);
				}
			}
		}

		/** Reads no further request. */
		private void endWithThisResponse() {
			HeadGuard.this.last = HeadGuard.this.begun;
			if (HeadGuard.this.phase != Phase.BODY) {
				HeadGuard.this.phase = Phase.DEAF;
			}
		}

		private void sayItIsTheLast(HttpResponse response) {
			if (HeadGuard.this.old) {
				// which knows no chunks: a body may end with the connection
				response.setProtocolVersion(HttpVersion.HTTP_1_0);
				HttpUtil.setTransferEncodingChunked(response, false);
			}
			HttpUtil.setKeepAlive(response, false);
		}

		private @Nullable String fault(HttpRequest request) {
			if (!HeadGuard.this.headScanned) {
				return "The head of this request was hidden in the body of another";
			}
			HttpVersion version = request.protocolVersion();
			if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
				return "The request must be HTTP/1.1";
			}
			int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
			if (hosts > 1 || (hosts == 0 && version.equals(HttpVersion.HTTP_1_1))) {
				return "The request must have one Host";
			}
			String encoding = request.headers().get(HttpHeaderNames.TRANSFER_ENCODING);
			boolean known = encoding == null || (HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(encoding)
					&& version.equals(HttpVersion.HTTP_1_1));
			if (!known) {
				return "Transfer-Encoding must be chunked, and the request HTTP/1.1";
			}
			boolean announced = encoding != null || request.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
			// the decoder reads eight more bytes behind a handshake of an early WebSocket
			return (announced || HttpUtil.getContentLength(request, 0L) == 0) ? null
					: "A request with a body must say how long it is";
		}

	}

}
