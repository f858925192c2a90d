package io.clearview.classifier.telemetry;

import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * How long a request waited for batches to leave: the longest wait of its posts. Travels
 * in the context of the request's subscription.
 */
public final class QueueTime {

	/** Where it is in a context. */
	public static final Class<QueueTime> KEY = QueueTime.class;

	private final AtomicLong longest = new AtomicLong();

	/** The one in a context; null outside a request. */
	public static @Nullable QueueTime in(ContextView context) {
		return context.getOrDefault(KEY, null);
	}

	/** A post of the request waited so long, in nanoseconds. */
	public void waited(long nanos) {
		this.longest.accumulateAndGet(nanos, Math::max);
	}

	/** The longest wait, in nanoseconds; 0 if there was none. */
	public long nanos() {
		return this.longest.get();
	}

}
