package io.clearview.classifier.model;

import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Tells a model, in the context of a call, that all posts are of one user most of whose
 * posts it declines: looking for the declined ones by halves would take more calls than
 * there are posts.
 */
public final class OneByOne {

	private static final Object KEY = OneByOne.class;

	private OneByOne() {
	}

	/** A context that says so. */
	public static Context context() {
		return Context.of(KEY, true);
	}

	/** Whether {@code context} says so. */
	public static boolean in(ContextView context) {
		return context.hasKey(KEY);
	}

}
