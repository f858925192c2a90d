package io.clearview.bench.load;

import io.netty.buffer.ByteBuf;

/**
 * One request, and what a right answer to it looks like. Used once, on the event loop.
 */
public interface Exchange {

	/** Appends the whole request, head and body. */
	void writeTo(ByteBuf out);

	/** Judges the answer. */
	Verification verify(int status, ByteBuf body);

}
