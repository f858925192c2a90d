package io.clearview.gateway.server;

import io.netty.buffer.ByteBuf;

/**
 * Finds where the body of a request may end, before it is decoded, and bounds the number
 * of chunks and empty lines of a chunked one: each costs time, however short it is.
 */
final class BodyScanner {

	/** Chunks of a body, and empty lines in a chunked one. */
	private static final int MAX_CHUNKS = 4096;

	static final String TOO_MANY_CHUNKS = "A body may have at most %d chunks and as many empty lines"
		.formatted(MAX_CHUNKS);

	/** Bytes until the body ends; negative when it is chunked. */
	private long left;

	/** Of a chunked body: chunks, empty lines, and bytes of this line. */
	private int chunks;

	private int emptyLines;

	private int lineLength;

	/**
	 * Begins a body.
	 * @param length in bytes; negative when it is chunked
	 */
	void begin(long length) {
		this.left = length;
		this.chunks = 0;
		this.emptyLines = 0;
		this.lineLength = 0;
	}

	/**
	 * Returns how many of the bytes certainly are of this body: a chunked one may end
	 * with any empty line.
	 */
	int read(ByteBuf bytes) {
		if (this.left < 0) {
			return untilEmptyLine(bytes);
		}
		int length = (int) Math.min(this.left, bytes.readableBytes());
		this.left -= length;
		return length;
	}

	private int untilEmptyLine(ByteBuf bytes) {
		int end = bytes.writerIndex();
		int from = bytes.readerIndex();
		while (true) {
			int lineFeed = bytes.indexOf(from, end, (byte) '\n');
			if (lineFeed < 0) {
				this.lineLength += end - from;
				return bytes.readableBytes();
			}
			// one byte may be a carriage return
			boolean empty = this.lineLength + lineFeed - from <= 1;
			this.lineLength = 0;
			from = lineFeed + 1;
			if (empty) {
				this.emptyLines++;
				return from - bytes.readerIndex();
			}
		}
	}

	/** Counts a piece that the decoder made of this body, but for the last. */
	void countPiece() {
		this.chunks++;
	}

	/** Whether the body has more chunks or empty lines than it may. */
	boolean hasTooManyChunks() {
		return this.left < 0 && (this.chunks > MAX_CHUNKS || this.emptyLines > MAX_CHUNKS);
	}

}
