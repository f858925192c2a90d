package io.clearview.classifier.telemetry;

import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/** How long a request waited for batches to leave, kept with its observation. */
public final class QueueTime {

	private static final Object KEY = QueueTime.class;

	private QueueTime() {
	}

	/** A post of the observed request waited so long. The longest wait counts. */
	public static void waited(@Nullable Observation request, long nanos) {
		if (request != null) {
			Observation.Context context = request.getContext();
			context.computeIfAbsent(KEY, (_) -> new AtomicLong());
			AtomicLong longest = context.get(KEY);
			if (longest != null) {
				longest.accumulateAndGet(nanos, Math::max);
			}
		}
	}

	/** The longest wait, in nanoseconds; 0 if there was none. */
	public static long of(Observation request) {
		AtomicLong longest = request.getContext().get(KEY);
		return (longest != null) ? longest.get() : 0;
	}

}
