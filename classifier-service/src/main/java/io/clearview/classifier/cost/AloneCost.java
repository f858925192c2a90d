package io.clearview.classifier.cost;

/** What judging one post would cost without cache and batching. */
@FunctionalInterface
public interface AloneCost {

	/**
	 * Estimates a call to the model for one post.
	 * @param preference canonical
	 * @param content what is judged
	 * @return billionths of a US dollar
	 */
	long nanos(String preference, String content);

}
