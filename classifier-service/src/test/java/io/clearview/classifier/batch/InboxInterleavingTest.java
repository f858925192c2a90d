package io.clearview.classifier.batch;

import io.clearview.classifier.Interleavings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static io.clearview.classifier.Interleavings.check;

/**
 * The orders in which threads can meet at the batcher's inbox, not only those that
 * happen.
 */
@Tag("interleavings")
class InboxInterleavingTest {

	@Test
	void everyEventIsDealtWithOnceByOneThreadAtATimeAndInOrder() {
		Interleavings.explore(1_000, () -> {
			Reader reader = new Reader();
			Inbox<Integer> inbox = new Inbox<>(reader::read);
			Interleavings.together(() -> {
				inbox.put(10);
				inbox.put(11);
			}, () -> {
				inbox.put(20);
				inbox.put(21);
			});
			check(reader.events == 4, "an event was lost or dealt with twice");
			check(reader.ordered, "events of one thread changed places");
			check(!reader.together, "two threads at a time");
			inbox.put(30);
			check(reader.events == 5, "nobody is at work, and everybody thinks somebody is");
		});
	}

	@Test
	void whatDealingWithAnEventPutsInIsDealtWithToo() {
		Interleavings.explore(500, () -> {
			Inbox<?>[] self = new Inbox<?>[1];
			int[] events = new int[1];
			Inbox<Integer> inbox = new Inbox<>((event) -> {
				events[0]++;
				if (event > 0) {
					put(self[0], event - 1);
				}
			});
			self[0] = inbox;
			Interleavings.together(() -> inbox.put(1), () -> inbox.put(1));
			check(events[0] == 4, "an event was lost");
		});
	}

	@SuppressWarnings("unchecked")
	private static void put(Inbox<?> inbox, int event) {
		((Inbox<Integer>) inbox).put(event);
	}

	/** State without any protection of its own, like the queues. */
	private static final class Reader {

		private int events;

		private int first;

		private int second;

		private boolean ordered = true;

		private boolean busy;

		private boolean together;

		void read(int event) {
			this.together |= this.busy;
			this.busy = true;
			if (event < 20) {
				this.ordered &= event > this.first;
				this.first = event;
			}
			else if (event < 30) {
				this.ordered &= event > this.second;
				this.second = event;
			}
			this.events++;
			this.busy = false;
		}

	}

}
