package io.clearview.gateway.request;

import java.util.Arrays;

import org.springframework.core.io.buffer.DataBuffer;

/**
 * A body under way, in one array of at most twice the bytes that arrived. A body that is
 * not kept is only counted. Not safe for concurrent use; a request's fragments arrive one
 * after another.
 */
final class GrowingBody {

	private static final int INITIAL_CAPACITY = 256;

	private final int max;

	private final boolean keep;

	private byte[] bytes = new byte[0];

	private int size;

	GrowingBody(int max, boolean keep) {
		this.max = max;
		this.keep = keep;
	}

	/**
	 * Copies the fragment's readable bytes; the caller releases it.
	 * @return whether the body is still within its maximum; if not, nothing was copied
	 */
	boolean append(DataBuffer fragment) {
		int length = fragment.readableByteCount();
		if (length > this.max - this.size) {
			return false;
		}
		int needed = this.size + length;
		if (!this.keep) {
			this.size = needed;
			return true;
		}
		if (needed > this.bytes.length) {
			int capacity = Math.max(Math.max(needed, INITIAL_CAPACITY), 2 * this.size);
			this.bytes = Arrays.copyOf(this.bytes, Math.min(capacity, this.max));
		}
		fragment.read(this.bytes, this.size, length);
		this.size = needed;
		return true;
	}

	int capacity() {
		return this.bytes.length;
	}

	byte[] toByteArray() {
		return (!this.keep || this.size == this.bytes.length) ? this.bytes : Arrays.copyOf(this.bytes, this.size);
	}

}
