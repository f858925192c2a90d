package io.clearview.gateway.server;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Reads along with the head of a request, before it is decoded, for what the decoder
 * forgives and another server may read differently: lines that continue the one before
 * (obs-fold), two kinds of length, and two lengths.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-11.2">RFC 9112, request
 * smuggling</a>
 */
final class HeadScanner {

	private static final String LENGTH = "content-length";

	private static final String ENCODING = "transfer-encoding";

	private int lines;

	private int column;

	private boolean couldBeLength;

	private boolean couldBeEncoding;

	private int framings;

	private boolean complete;

	private @Nullable String fault;

	/**
	 * Reads until the head is complete or faulty.
	 * @return how many bytes were read
	 */
	int read(ByteBuf bytes) {
		int index = bytes.readerIndex();
		int end = bytes.writerIndex();
		while (index < end && !this.complete && this.fault == null) {
			read((char) (bytes.getByte(index++) & 0xff));
		}
		return index - bytes.readerIndex();
	}

	/**
	 * Whether a byte of a head was read; the line ends that may stand before it are none.
	 */
	boolean hasBegun() {
		return this.lines > 0 || this.column > 0;
	}

	/** Whether the empty line after the headers was read. */
	boolean isComplete() {
		return this.complete;
	}

	/** What is wrong; null as long as nothing is. */
	@Nullable String fault() {
		return this.fault;
	}

	void reset() {
		this.lines = 0;
		this.column = 0;
		this.framings = 0;
		this.complete = false;
		this.fault = null;
	}

	private void read(char c) {
		if (c == '\n') {
			// Empty lines before a request are allowed and ignored.
			this.complete = this.column == 0 && this.lines > 0;
			this.lines += (this.column > 0) ? 1 : 0;
			this.column = 0;
			return;
		}
		if (c == '\r') {
			return;
		}
		if (this.lines > 0) {
			readHeader(c);
		}
		this.column++;
	}

	private void readHeader(char c) {
		if (this.column == 0) {
			if (c == ' ' || c == '\t') {
				this.fault = "A header must not continue on another line";
				return;
			}
			this.couldBeLength = true;
			this.couldBeEncoding = true;
		}
		if (c == ':') {
			boolean framing = (this.couldBeLength && this.column == LENGTH.length())
					|| (this.couldBeEncoding && this.column == ENCODING.length());
			if (framing && ++this.framings > 1) {
				this.fault = "A request must have one Content-Length or one Transfer-Encoding, not both";
			}
			this.couldBeLength = false;
			this.couldBeEncoding = false;
			return;
		}
		this.couldBeLength &= matches(LENGTH, c);
		this.couldBeEncoding &= matches(ENCODING, c);
	}

	private boolean matches(String name, char c) {
		return this.column < name.length() && Character.toLowerCase(c) == name.charAt(this.column);
	}

}
