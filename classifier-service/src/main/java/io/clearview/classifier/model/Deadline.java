package io.clearview.classifier.model;

import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * When an answer is of no use any more. Travels in the Reactor context of
 * {@link Model#judge}, so that a model neither waits nor tries again beyond it:
 * {@code model.judge(...).contextWrite(Deadline.at(nanos))}.
 */
public final class Deadline {

	private static final Object KEY = Deadline.class;

	private Deadline() {
	}

	/**
	 * A context with a deadline.
	 * @param nanoTime on the clock of {@link System#nanoTime()}
	 */
	public static Context at(long nanoTime) {
		return Context.of(KEY, nanoTime);
	}

	/** The deadline in {@code context}, or {@code otherwise}. */
	public static long in(ContextView context, long otherwise) {
		return context.hasKey(KEY) ? context.<Long>get(KEY) : otherwise;
	}

}
