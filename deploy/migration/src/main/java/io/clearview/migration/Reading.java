package io.clearview.migration;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.clearview.e2e.client.Followers;
import io.clearview.e2e.client.JsonResponse;
import io.clearview.e2e.client.Post;
import io.clearview.e2e.client.PostResult;
import org.jspecify.annotations.Nullable;

/**
 * One request as its user saw it, after the extension has asked again where it does.
 *
 * @param kind what was asked
 * @param person who asked
 * @param posts that were sent; none unless they were to be classified
 * @param tries how often it was sent
 * @param took from the first sending to the last answer
 * @param answer the last one; null when none came
 */
record Reading(Kind kind, Person person, List<Post> posts, int tries, Duration took, @Nullable JsonResponse answer) {

	private static final Set<String> LIMITS = Set.of("QUOTA_EXCEEDED", "BURST_LIMIT_EXCEEDED");

	/** What the extension asks for. */
	enum Kind {

		CLASSIFY(200), QUOTA(200), SIGN_UP(201);

		private final int status;

		Kind(int status) {
			this.status = status;
		}

	}

	/** The status; 0 when no answer came. */
	int status() {
		return (this.answer == null) ? 0 : this.answer.status();
	}

	Side side() {
		return (this.answer == null) ? new Side(false, "", true) : Side.of(this.answer);
	}

	private List<PostResult> verdicts() {
		return (this.answer == null || this.kind != Kind.CLASSIFY) ? List.of() : this.answer.verdicts();
	}

	/** Whether it is what a user wants: every post judged, or the quota, or a token. */
	boolean whole() {
		return status() == this.kind.status && verdicts().size() == this.posts.size()
				&& verdicts().stream().noneMatch(PostResult::failedOpen);
	}

	/** Whether the user has used up what the tier gives, so that less is right. */
	boolean overLimit() {
		return (this.answer != null && status() == 429 && LIMITS.contains(this.answer.at("/error")))
				|| verdicts().stream().anyMatch(Reading::isLimited);
	}

	/** Posts that were shown unjudged, limits apart. */
	long unjudged() {
		return verdicts().stream().filter((verdict) -> verdict.failedOpen() && !isLimited(verdict)).count();
	}

	private static boolean isLimited(PostResult verdict) {
		return verdict.failedOpen() && LIMITS.contains(verdict.reason());
	}

	/** Posts that were judged, which is what is charged. */
	int granted() {
		return (int) verdicts().stream().filter((verdict) -> !verdict.failedOpen()).count();
	}

	/** Posts with a label that is not theirs, or with none. */
	int wrong() {
		if (this.kind != Kind.CLASSIFY || status() != 200) {
			return 0;
		}
		List<PostResult> verdicts = verdicts();
		int wrong = Math.abs(this.posts.size() - verdicts.size());
		for (int i = 0; i < Math.min(verdicts.size(), this.posts.size()); i++) {
			PostResult verdict = verdicts.get(i);
			String right = verdict.failedOpen() ? "ALLOW" : Followers.label(this.posts.get(i).content());
			wrong += (verdict.hash().equals(this.posts.get(i).hash()) && verdict.label().equals(right)) ? 0 : 1;
		}
		return wrong;
	}

}
