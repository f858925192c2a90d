package io.clearview.e2e.drill;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

import io.clearview.e2e.client.Verdict;

/** What users saw in a stretch of time. */
record Sight(List<Observation> observations) {

	/** Posts that were shown unjudged, by reason. */
	Map<String, Long> failedOpen() {
		Map<String, Long> reasons = new TreeMap<>();
		this.observations.stream()
			.flatMap((observation) -> observation.verdicts().stream())
			.filter(Verdict::failedOpen)
			.forEach((verdict) -> reasons.merge(verdict.reason(), 1L, Long::sum));
		return reasons;
	}

	/** Posts of verdicts that are older than they should be. */
	long stale() {
		return this.observations.stream()
			.flatMap((observation) -> observation.verdicts().stream())
			.filter(Verdict::stale)
			.count();
	}

	/** Requests that were answered with something else than 200, by status. */
	Map<Integer, Long> refused() {
		Map<Integer, Long> statuses = new TreeMap<>();
		this.observations.stream()
			.filter((observation) -> observation.status() != 200 && !observation.lost())
			.forEach((observation) -> statuses.merge(observation.status(), 1L, Long::sum));
		return statuses;
	}

	long count(Predicate<Observation> what) {
		return this.observations.stream().filter(what).count();
	}

	long lost() {
		return count(Observation::lost);
	}

	long wrong() {
		return this.observations.stream().mapToInt(Observation::wrong).sum();
	}

	/** The time below which that share of all requests stayed. */
	Duration quantile(double share) {
		List<Duration> sorted = this.observations.stream().map(Observation::took).sorted().toList();
		return sorted.isEmpty() ? Duration.ZERO
				: sorted.get(Math.min(sorted.size() - 1, (int) Math.ceil(share * sorted.size())));
	}

	/** In words. */
	String words() {
		StringBuilder words = new StringBuilder();
		long whole = count(Observation::whole);
		words.append(whole).append(" of ").append(this.observations.size()).append(" judged in full");
		failedOpen().forEach((reason, posts) -> words.append("; ").append(posts).append(" posts ").append(reason));
		refused().forEach((status, requests) -> words.append("; ").append(requests).append(" times ").append(status));
		if (stale() > 0) {
			words.append("; ").append(stale()).append(" stale");
		}
		if (lost() > 0) {
			words.append("; ").append(lost()).append(" lost");
		}
		return words.toString();
	}

}
