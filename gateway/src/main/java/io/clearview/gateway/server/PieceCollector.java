package io.clearview.gateway.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import org.jspecify.annotations.Nullable;

/**
 * Passes a body on in few pieces, however many it arrives in, so that the memory that it
 * takes follows its bytes: small pieces are copied together until they are 8 KB.
 */
final class PieceCollector {

	/** Bytes. */
	private static final int PIECE = 8 * 1024;

	private @Nullable ByteBuf collected;

	/** Takes a piece over, and passes on what has become large enough. */
	void add(ChannelHandlerContext context, HttpContent content) {
		ByteBuf pieces = this.collected;
		int length = content.content().readableBytes();
		if (pieces != null && length > pieces.writableBytes()) {
			flush(context);
			pieces = null;
		}
		if (pieces == null && length >= PIECE) {
			context.fireChannelRead(content);
			return;
		}
		if (pieces == null) {
			pieces = context.alloc().buffer(PIECE, PIECE);
			this.collected = pieces;
		}
		pieces.writeBytes(content.content());
		content.release();
	}

	/** Passes on what was collected, in a buffer of about its size. */
	void flush(ChannelHandlerContext context) {
		ByteBuf pieces = this.collected;
		if (pieces != null) {
			this.collected = null;
			context.fireChannelRead(
					new DefaultHttpContent((pieces.readableBytes() < PIECE / 2) ? shrink(context, pieces) : pieces));
		}
	}

	private static ByteBuf shrink(ChannelHandlerContext context, ByteBuf pieces) {
		try {
			return context.alloc().buffer(pieces.readableBytes()).writeBytes(pieces);
		}
		finally {
			pieces.release();
		}
	}

	/** Drops what was collected. */
	void release() {
		ByteBuf pieces = this.collected;
		if (pieces != null) {
			this.collected = null;
			pieces.release();
		}
	}

}
