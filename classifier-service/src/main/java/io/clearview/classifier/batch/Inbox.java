package io.clearview.classifier.batch;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Has what many threads put in dealt with one at a time and in order, by whichever of
 * them finds nobody at work, and blocks none. What the reader does happens before what it
 * does next, so the reader's own state needs no other protection.
 */
final class Inbox<E> {

	private final Queue<E> events = new ConcurrentLinkedQueue<>();

	/** Put in and not known to be dealt with; whoever raises it from 0 is at work. */
	private final AtomicInteger open = new AtomicInteger();

	private final Consumer<E> reader;

	/**
	 * An inbox, empty.
	 * @param reader deals with an event; must not throw, and may put in others
	 */
	Inbox(Consumer<E> reader) {
		this.reader = reader;
	}

	void put(E event) {
		this.events.add(event);
		if (this.open.getAndIncrement() != 0) {
			return;
		}
		int seen = 1;
		do {
			for (E next = this.events.poll(); next != null; next = this.events.poll()) {
				this.reader.accept(next);
			}
			seen = this.open.addAndGet(-seen);
		}
		while (seen != 0);
	}

}
