package io.clearview.e2e.drill;

import java.time.Duration;
import java.util.List;

import io.clearview.e2e.client.JsonResponse;
import io.clearview.e2e.client.Post;
import io.clearview.e2e.client.PostResult;
import org.jspecify.annotations.Nullable;

/**
 * One request of the drill's traffic, as its user saw it.
 *
 * @param atNanos when it was sent, on {@link System#nanoTime}'s scale
 * @param took until the answer was there, or was given up
 * @param fresh whether it held a post that nobody sent before
 * @param posts that were sent
 * @param answer that came; null when there was none
 * @param refused whether nobody took the connection, so that nobody saw the request
 */
record Observation(long atNanos, Duration took, boolean fresh, List<Post> posts, @Nullable JsonResponse answer,
		boolean refused) {

	/** Whether it reached somebody and no answer came, or none in time. */
	boolean lost() {
		return this.answer == null && !this.refused;
	}

	/** The status, 0 when no answer came. */
	int status() {
		return (this.answer == null) ? 0 : this.answer.status();
	}

	List<PostResult> verdicts() {
		return (this.answer == null) ? List.of() : this.answer.verdicts();
	}

	/** Whether every post was judged, now or before. */
	boolean whole() {
		return status() == 200 && verdicts().size() == this.posts.size()
				&& verdicts().stream().noneMatch(PostResult::failedOpen);
	}

	/** How many posts are charged: those judged, and those that the model declined. */
	int charged() {
		return (int) verdicts().stream()
			.filter((verdict) -> !verdict.failedOpen() || verdict.reason().equals("MODEL_DECLINED"))
			.count();
	}

	/**
	 * How many posts the gateway answered for a classifier that it no longer waited for.
	 */
	int givenUp() {
		return (int) verdicts().stream().filter((verdict) -> verdict.reason().equals("CLASSIFIER_UNAVAILABLE")).count();
	}

	/** How many posts carry a label that is not theirs; a post shown unjudged is none. */
	int wrong() {
		int wrong = 0;
		List<PostResult> verdicts = verdicts();
		for (int i = 0; i < verdicts.size(); i++) {
			PostResult verdict = verdicts.get(i);
			Post post = this.posts.get(i);
			String right = verdict.failedOpen() ? "ALLOW" : Feed.label(post);
			if (!verdict.hash().equals(post.hash()) || !verdict.label().equals(right)) {
				wrong++;
			}
		}
		return (status() == 200) ? wrong + this.posts.size() - verdicts.size() : 0;
	}

}
