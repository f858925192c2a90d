package io.clearview.gateway.request;

import java.util.Arrays;
import java.util.function.IntPredicate;

import org.springframework.core.io.buffer.DataBuffer;

/**
 * A body that is being received, in one array of at most twice the bytes that arrived.
 * Not safe for concurrent use; a request's fragments arrive one after another.
 */
final class GrowingBody {

	private static final int INITIAL_CAPACITY = 256;

	private final int max;

	private final IntPredicate reserve;

	private byte[] bytes = new byte[0];

	private int size;

	/**
	 * An empty body.
	 * @param max bytes it may have
	 * @param reserve asked before the array grows by so many bytes
	 */
	GrowingBody(int max, IntPredicate reserve) {
		this.max = max;
		this.reserve = reserve;
	}

	/** Copies the fragment's readable bytes; the caller releases it. */
	Outcome append(DataBuffer fragment) {
		int length = fragment.readableByteCount();
		if (length > this.max - this.size) {
			return Outcome.TOO_LARGE;
		}
		int needed = this.size + length;
		if (needed > this.bytes.length) {
			int capacity = Math.min(Math.max(Math.max(needed, INITIAL_CAPACITY), 2 * this.size), this.max);
			if (!this.reserve.test(capacity - this.bytes.length)) {
				return Outcome.NO_MEMORY;
			}
			this.bytes = Arrays.copyOf(this.bytes, capacity);
		}
		fragment.read(this.bytes, this.size, length);
		this.size = needed;
		return Outcome.APPENDED;
	}

	int capacity() {
		return this.bytes.length;
	}

	byte[] toByteArray() {
		return (this.size == this.bytes.length) ? this.bytes : Arrays.copyOf(this.bytes, this.size);
	}

	/** What became of a fragment; unless it was appended, nothing was copied. */
	enum Outcome {

		APPENDED, TOO_LARGE, NO_MEMORY

	}

}
