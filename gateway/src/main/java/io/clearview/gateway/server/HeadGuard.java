package io.clearview.gateway.server;

import java.time.Duration;
import java.util.Set;

import io.clearview.gateway.error.BadRequestResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Checks each request of a connection on both sides of the decoder. Before the decoder it
 * scans each head and hands it over by itself; a body is handed over in pieces that end
 * where the body may end, so that a head behind it is scanned too. Behind the decoder it
 * sees where a request begins and ends, and refuses what is no HTTP: to the server behind
 * it such a body would merely have ended early.
 * <p>
 * A body that no route reads, of a GET for instance, is dropped here, and the response
 * does not wait for its end. A request that takes too long to arrive is refused; one
 * whose response was sent before its last byte arrived has a second for the rest, then
 * its connection is closed. While the server drains, each response says that it is the
 * last of its connection.
 */
final class HeadGuard {

	static final String BEFORE_DECODER = "clearview.head.bytes";

	static final String BEHIND_DECODER = "clearview.head.request";

	private static final Set<HttpMethod> WITH_BODY = Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH,
			HttpMethod.DELETE);

	private final HeadScanner head = new HeadScanner();

	private final BodyScanner body = new BodyScanner();

	private final PieceCollector pieces = new PieceCollector();

	private final Exchanges exchanges = new Exchanges();

	private final ArrivalClock clock;

	private final RefusedConnections refused;

	private final Draining draining;

	private Phase phase = Phase.IDLE;

	private boolean headScanned;

	/** Whether the body that arrives is dropped. */
	private boolean dropping;

	/** Whether bytes were dropped since the last read was complete. */
	private boolean dropped;

	private @Nullable Refusal refusal;

	HeadGuard(ServerLimitProperties settings, RefusedConnections refused, Draining draining) {
		this.clock = new ArrivalClock(settings, this::timedOut);
		this.refused = refused;
		this.draining = draining;
	}

	/** The half that sees bytes. */
	ChannelHandler beforeDecoder() {
		return new BeforeDecoder();
	}

	/** The half that sees requests and responses. */
	ChannelHandler behindDecoder() {
		return new BehindDecoder();
	}

	/** Reads a head, or as much of it as there is. */
	private int readHead(ChannelHandlerContext context, ByteBuf bytes) {
		int length = this.head.read(bytes);
		// empty lines before a request are no head: an idle connection stays idle
		this.phase = this.head.hasBegun() ? Phase.HEAD : Phase.IDLE;
		String fault = this.head.fault();
		if (fault != null) {
			refuse(context, RefusedConnections.Fault.AMBIGUOUS, fault);
		}
		else if (this.head.isComplete()) {
			this.head.reset();
			this.headScanned = true;
		}
		return length;
	}

	private int readBody(ChannelHandlerContext context, ByteBuf bytes) {
		int length = this.body.read(bytes);
		if (this.body.hasTooManyChunks()) {
			refuse(context, RefusedConnections.Fault.MALFORMED, BodyScanner.TOO_MANY_CHUNKS);
		}
		return length;
	}

	private void beginRequest(HttpRequest request) {
		this.exchanges.receive(request);
		this.headScanned = false;
		this.phase = Phase.BODY;
		long length = HttpUtil.isTransferEncodingChunked(request) ? -1 : HttpUtil.getContentLength(request, 0L);
		this.body.begin(length);
		this.dropping = length != 0 && !WITH_BODY.contains(request.method());
		if (this.dropping) {
			request.headers()
				.remove(HttpHeaderNames.CONTENT_LENGTH)
				.remove(HttpHeaderNames.TRANSFER_ENCODING)
				.remove(HttpHeaderNames.EXPECT);
		}
		this.draining.requestBegins();
	}

	/** The next request, even if its bytes came with this one's, has its own time. */
	private void endRequest() {
		this.clock.stop();
		this.phase = this.exchanges.isLastReceived() ? Phase.DEAF : Phase.IDLE;
	}

	private void receiveBody(ChannelHandlerContext context, HttpContent content) {
		boolean last = content instanceof LastHttpContent;
		if (!last) {
			this.body.countPiece();
		}
		if (!last && this.body.hasTooManyChunks()) {
			content.release();
			refuse(context, RefusedConnections.Fault.MALFORMED, BodyScanner.TOO_MANY_CHUNKS);
		}
		else if (this.dropping) {
			content.release();
			this.dropped = true;
			this.dropping = !last;
		}
		else if (last) {
			this.pieces.flush(context);
			context.fireChannelRead(content);
		}
		else {
			this.pieces.add(context, content);
		}
	}

	private @Nullable String fault(HttpRequest request) {
		return this.headScanned ? RequestHeads.fault(request)
				: "The head of this request was hidden in the body of another";
	}

	/** Times what is expected next. */
	private void time(ChannelHandlerContext context) {
		switch (this.phase) {
			case HEAD -> this.clock.start(context, ArrivalClock.Part.HEAD);
			case BODY -> this.clock.start(context, this.exchanges.hasAnswered(this.exchanges.received())
					? ArrivalClock.Part.REST : ArrivalClock.Part.BODY);
			default -> this.clock.stop();
		}
	}

	private void timedOut(ChannelHandlerContext context, Duration timeout) {
		refuse(context, RefusedConnections.Fault.SLOW,
				"The request must arrive within %d s".formatted(timeout.toSeconds()));
	}

	/** Reads nothing more, and refuses the request that is on its way. */
	private void refuse(ChannelHandlerContext context, RefusedConnections.Fault fault, String reason) {
		if (this.phase == Phase.DEAF) {
			return;
		}
		int request = this.exchanges.received() + ((this.phase == Phase.BODY) ? 0 : 1);
		this.phase = Phase.DEAF;
		this.clock.stop();
		this.pieces.release();
		this.refused.count(fault);
		this.refusal = new Refusal(request, reason);
		writeRefusal(context);
	}

	/**
	 * Writes the refusal when its turn has come: the requests before it in the pipeline
	 * are answered first. A response that was begun already can only be cut off, and
	 * after one that said it was the last nothing is written.
	 */
	private void writeRefusal(ChannelHandlerContext context) {
		Refusal due = this.refusal;
		if (due == null || !this.exchanges.hasAnswered(due.request() - 1)) {
			return;
		}
		this.refusal = null;
		if (this.exchanges.isClosing()) {
			return;
		}
		if (this.exchanges.hasBegun(due.request())) {
			// not without what was answered before
			context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
		}
		else {
			this.refused.refuse(context.pipeline().context(BEHIND_DECODER), due.reason());
		}
	}

	/** What the next byte belongs to. */
	private enum Phase {

		IDLE, HEAD, BODY,
		/** Nothing more is read. */
		DEAF

	}

	/**
	 * A refusal that was not written yet.
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
					int length = (HeadGuard.this.phase == Phase.BODY) ? readBody(context, bytes)
							: readHead(context, bytes);
					if (HeadGuard.this.phase != Phase.DEAF) {
						context.fireChannelRead(bytes.readRetainedSlice(length));
					}
				}
				time(context);
			}
			finally {
				bytes.release();
			}
		}

		@Override
		public void channelInactive(ChannelHandlerContext context) {
			HeadGuard.this.clock.stop();
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
					refuse(context, RefusedConnections.Fault.MALFORMED, BadRequestResponse.MALFORMED_HEAD);
					return;
				}
				String fault = fault(request);
				if (fault != null) {
					ReferenceCountUtil.release(message);
					refuse(context, RefusedConnections.Fault.AMBIGUOUS, fault);
					return;
				}
				beginRequest(request);
			}
			else if (message instanceof HttpContent content && content.decoderResult().isFailure()) {
				ReferenceCountUtil.release(message);
				refuse(context, RefusedConnections.Fault.MALFORMED, "The body is not valid HTTP");
				return;
			}
			if (message instanceof LastHttpContent) {
				endRequest();
			}
			if (message instanceof HttpRequest) {
				context.fireChannelRead(message);
				if (HeadGuard.this.dropping) {
					context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
				}
			}
			else if (message instanceof HttpContent content) {
				receiveBody(context, content);
			}
			else {
				context.fireChannelRead(message);
			}
		}

		@Override
		public void channelReadComplete(ChannelHandlerContext context) {
			HeadGuard.this.pieces.flush(context);
			context.fireChannelReadComplete();
			if (HeadGuard.this.dropping || HeadGuard.this.dropped) {
				// the handlers behind this asked for one read, and may not have seen it
				HeadGuard.this.dropped = false;
				context.read();
			}
		}

		@Override
		public void handlerRemoved(ChannelHandlerContext context) {
			HeadGuard.this.pieces.release();
		}

		@Override
		public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
			Exchanges exchanges = HeadGuard.this.exchanges;
			if (message instanceof HttpResponse response && response.status().code() >= 200
					&& exchanges.beginResponse(response, HeadGuard.this.draining.isDraining())
					&& HeadGuard.this.phase != Phase.BODY) {
				HeadGuard.this.phase = Phase.DEAF;
			}
			boolean ends = message instanceof LastHttpContent && exchanges.isResponding();
			ChannelPromise written = promise;
			if (ends && exchanges.isLastBegun()) {
				written = promise.unvoid().addListener(ChannelFutureListener.CLOSE);
			}
			context.write(message, written);
			if (ends) {
				exchanges.endResponse();
				writeRefusal(context);
				if (HeadGuard.this.phase == Phase.BODY) {
					time(context);
				}
			}
		}

	}

}
