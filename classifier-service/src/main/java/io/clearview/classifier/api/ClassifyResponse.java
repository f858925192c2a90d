package io.clearview.classifier.api;

import java.util.List;

import io.clearview.classifier.quota.Usage;
import io.clearview.classifier.verdict.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What a request is answered.
 *
 * @param posts as they were asked
 * @param outcomes what became of each; null for one that is still being judged
 * @param blank how many held nothing to judge
 * @param usage of the user's quota, after it
 * @param durationMs how long it took
 */
record ClassifyResponse(List<Post> posts, List<@Nullable Outcome> outcomes, int blank, Usage usage, long durationMs) {

	/** How many came from a cache. */
	int cached() {
		int count = 0;
		for (Outcome outcome : this.outcomes) {
			if (outcome instanceof Outcome.Judged judged && judged.source().cached()) {
				count++;
			}
		}
		return count;
	}

	/** How many the model was asked for. */
	int classified() {
		int count = 0;
		for (Outcome outcome : this.outcomes) {
			if (outcome instanceof Outcome.Judged judged && !judged.source().cached()) {
				count++;
			}
		}
		return count - this.blank;
	}

}
