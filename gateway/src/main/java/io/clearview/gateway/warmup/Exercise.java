package io.clearview.gateway.warmup;

import org.reactivestreams.Publisher;

/** A step of a request, done for nobody. */
@FunctionalInterface
public interface Exercise {

	/**
	 * Does the step once. Counts nothing, stores nothing that outlives it by more than a
	 * minute, and may fail.
	 */
	Publisher<?> once();

}
