package io.clearview.gateway.fallback;

import java.util.List;
import java.util.function.Function;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.clearview.kit.wire.Timestamps;
import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * The answer to {@code POST /classify} when nobody could judge in time: every post is
 * shown. It has no quota, because the gateway does not know it: usually nothing was
 * charged, but what a classifier judged too late is.
 *
 * @param success true
 * @param timestamp when it was given
 * @param classifications one for each post, in the order of the request
 * @param stats how many posts, and how long it took
 */
record FailOpenResponse(boolean success, String timestamp, List<Shown> classifications, Stats stats) {

	static final String REASON = "CLASSIFIER_UNAVAILABLE";

	/** Nobody could judge the posts. */
	static FailOpenResponse failedOpen(List<String> hashes, Instant now, long durationMs) {
		return of(hashes, (hash) -> new Shown(hash, "ALLOW", false, true, null, REASON), now, durationMs);
	}

	/** The posts are with the classifier, whose response the caller does not wait for. */
	static FailOpenResponse pending(List<String> hashes, Instant now, long durationMs) {
		return of(hashes, (hash) -> new Shown(hash, "ALLOW", false, null, true, null), now, durationMs);
	}

	private static FailOpenResponse of(List<String> hashes, Function<String, Shown> shown, Instant now,
			long durationMs) {
		return new FailOpenResponse(true, Timestamps.format(now), hashes.stream().map(shown).toList(),
				new Stats(hashes.size(), 0, 0, durationMs));
	}

	/** A post that is shown because it was not judged. */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	record Shown(String hash, String label, boolean cached, @Nullable Boolean failedOpen, @Nullable Boolean pending,
			@Nullable String reason) {
	}

	/** How many posts there were, and how they were judged: not at all. */
	record Stats(int total, int cached, int classified, long durationMs) {
	}

}
