package io.clearview.e2e.drill;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.clearview.e2e.client.Followers;
import io.clearview.e2e.client.JsonResponse;
import io.clearview.e2e.client.Post;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Requests of two posts, one of which is to be blocked, and what their users saw. */
final class Requests {

	static final Post GOOD = new Post("post_good", "a walk by the sea");

	static final Post BAD = new Post("post_bad", "buy " + Followers.BLOCKED);

	private Requests() {
	}

	/** Answered in 1 ms. */
	static Observation answered(Map<?, ?>... entries) {
		return observed(0, 1, true, answer(200, entries));
	}

	/** Both posts judged rightly. */
	static Observation whole(long atMillis) {
		return observed(atMillis, 1, false, answer(200, entry(GOOD, "ALLOW", ""), entry(BAD, "BLOCK", "")));
	}

	/** Both posts shown unjudged. */
	static Observation shown(long atMillis, boolean fresh, String reason) {
		return observed(atMillis, 1, fresh, answer(200, entry(GOOD, "ALLOW", reason), entry(BAD, "ALLOW", reason)));
	}

	/** Both posts judged, one of them longer ago than it should be. */
	static Observation stale(long atMillis) {
		return observed(atMillis, 1, false, answer(200, entry(GOOD, "ALLOW", ""),
				Map.of("hash", BAD.hash(), "label", "BLOCK", "cached", true, "stale", true)));
	}

	static Observation lost(long atMillis) {
		return observed(atMillis, 1, true, null);
	}

	static Observation unreached(long atMillis) {
		return new Observation(nanos(atMillis), Duration.ofMillis(1), true, List.of(GOOD, BAD), null, true);
	}

	static Observation observed(long atMillis, long tookMillis, boolean fresh, @Nullable JsonResponse answer) {
		return new Observation(nanos(atMillis), Duration.ofMillis(tookMillis), fresh, List.of(GOOD, BAD), answer,
				false);
	}

	static JsonResponse answer(int status, Map<?, ?>... entries) {
		return new JsonResponse(status, HttpHeaders.of(Map.of(), (_, _) -> true),
				JsonMapper.shared().valueToTree(Map.of("classifications", List.of(entries))), Duration.ofMillis(1));
	}

	static Map<String, Object> entry(Post post, String label, String reason) {
		return reason.isEmpty() ? Map.of("hash", post.hash(), "label", label)
				: Map.of("hash", post.hash(), "label", label, "failedOpen", true, "reason", reason);
	}

	private static long nanos(long millis) {
		return Duration.ofMillis(millis).toNanos();
	}

}
