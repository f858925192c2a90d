package io.clearview.classifier.model;

import org.jspecify.annotations.Nullable;

/**
 * Labels posts without a provider, where that is certain enough. Computation only: no
 * call to anywhere. Safe for use by several threads.
 */
@FunctionalInterface
public interface SureLabels {

	/**
	 * The label of a post.
	 * @param preference what the user wants hidden, canonical
	 * @param post text, canonical
	 * @return {@code null} where the label is not certain enough, or the preference is
	 * not understood
	 */
	@Nullable Label of(String preference, String post);

}
