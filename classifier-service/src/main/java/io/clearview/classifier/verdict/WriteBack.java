package io.clearview.classifier.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Verdicts that redis-cache should have and does not. Bounded: the oldest give way. */
final class WriteBack {

	private final Queue<Kept> queue = new ConcurrentLinkedQueue<>();

	private final AtomicInteger size = new AtomicInteger();

	private final int capacity;

	private final VerdictMetrics meters;

	WriteBack(int capacity, VerdictMetrics meters) {
		this.capacity = capacity;
		this.meters = meters;
		meters.unwritten(this.size);
	}

	void add(VerdictKey key, Entry entry) {
		this.queue.add(new Kept(key, entry));
		if (this.size.incrementAndGet() > this.capacity && this.queue.poll() != null) {
			this.size.decrementAndGet();
			this.meters.unwrittenDropped();
		}
	}

	/** Takes what is there, to be written or added again. */
	List<Kept> take() {
		List<Kept> taken = new ArrayList<>();
		for (int left = this.size.get(); left > 0; left--) {
			Kept kept = this.queue.poll();
			if (kept == null) {
				break;
			}
			this.size.decrementAndGet();
			taken.add(kept);
		}
		return taken;
	}

	/** A verdict and its key. */
	record Kept(VerdictKey key, Entry entry) {
	}

}
