package io.clearview.classifier.api;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A request for labels, within all the contract's bounds.
 *
 * @param posts 1 to 50
 * @param preference never blank
 * @param deadlineMs when to answer at the latest, 0 to 7,000; null to wait for everything
 * @param idempotencyKey the client's name for this request and its repetitions
 */
record ClassifyRequest(List<Post> posts, String preference, @Nullable Integer deadlineMs,
		@Nullable String idempotencyKey) {

	static final String DEFAULT_PREFERENCE = "Filter harmful, explicit, and abusive content";

	List<String> contents() {
		return this.posts.stream().map(Post::content).toList();
	}

}
