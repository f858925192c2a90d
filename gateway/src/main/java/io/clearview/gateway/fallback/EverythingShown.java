package io.clearview.gateway.fallback;

import java.util.List;

import io.clearview.gateway.wire.Timestamps;

import java.time.Instant;

/**
 * The answer to {@code POST /classify} when nobody could judge: every post is shown. It
 * has no quota, because the gateway does not know it and nothing was charged.
 *
 * @param success true
 * @param timestamp when it was given
 * @param classifications one for each post, in the order of the request
 * @param stats how many posts, and how long it took
 */
record EverythingShown(boolean success, String timestamp, List<Shown> classifications, Stats stats) {

	static final String REASON = "CLASSIFIER_UNAVAILABLE";

	static EverythingShown of(List<String> hashes, Instant now, long durationMs) {
		List<Shown> shown = hashes.stream().map((hash) -> new Shown(hash, "ALLOW", false, true, REASON)).toList();
		return new EverythingShown(true, Timestamps.format(now), shown, new Stats(hashes.size(), 0, 0, durationMs));
	}

	/** A post that is shown because nobody could judge it. */
	record Shown(String hash, String label, boolean cached, boolean failedOpen, String reason) {
	}

	/** How many posts there were, and how they were judged: not at all. */
	record Stats(int total, int cached, int classified, long durationMs) {
	}

}
