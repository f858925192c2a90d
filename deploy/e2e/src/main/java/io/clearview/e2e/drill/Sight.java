package io.clearview.e2e.drill;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.clearview.e2e.client.PostResult;

/** What users saw in a stretch of time. */
record Sight(List<Observation> observations) {

	/** This and what was seen in another stretch. */
	Sight and(Sight other) {
		return new Sight(Stream.concat(this.observations.stream(), other.observations.stream()).toList());
	}

	/** Posts that were shown unjudged, by reason. */
	Map<String, Long> failedOpen() {
		Map<String, Long> reasons = new TreeMap<>();
		verdicts().filter(PostResult::failedOpen).forEach((verdict) -> reasons.merge(verdict.reason(), 1L, Long::sum));
		return reasons;
	}

	/** Posts of verdicts that are older than they should be. */
	long stale() {
		return verdicts().filter(PostResult::stale).count();
	}

	private Stream<PostResult> verdicts() {
		return this.observations.stream().flatMap((observation) -> observation.verdicts().stream());
	}

	/** Requests that were answered with something else than 200, by status. */
	Map<Integer, Long> refused() {
		Map<Integer, Long> statuses = new TreeMap<>();
		this.observations.stream()
			.filter((observation) -> observation.answer() != null && observation.status() != 200)
			.forEach((observation) -> statuses.merge(observation.status(), 1L, Long::sum));
		return statuses;
	}

	long count(Predicate<Observation> what) {
		return this.observations.stream().filter(what).count();
	}

	/** Requests that reached somebody and got no answer. */
	long lost() {
		return count(Observation::lost);
	}

	/** Requests whose connection nobody took. */
	long unreached() {
		return count(Observation::refused);
	}

	long wrong() {
		return this.observations.stream().mapToInt(Observation::wrong).sum();
	}

	/** The time below which that share of all requests stayed. */
	Duration quantile(double share) {
		List<Duration> sorted = this.observations.stream().map(Observation::took).sorted().toList();
		return sorted.isEmpty() ? Duration.ZERO : sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
	}

	/** From a moment to the last request sent that was not served in full. */
	Duration lastTrouble(long sinceNanos) {
		return this.observations.stream()
			.filter((observation) -> !observation.whole())
			.map((observation) -> Duration.ofNanos(observation.atNanos() - sinceNanos))
			.max(Duration::compareTo)
			.orElse(Duration.ZERO);
	}

	/** In words. */
	String words() {
		StringBuilder words = new StringBuilder();
		words.append(count(Observation::whole)).append(" of ").append(this.observations.size()).append(" in full");
		say(words, stale(), "posts stale");
		failedOpen().forEach((reason, posts) -> say(words, posts, "posts " + reason));
		refused().forEach((status, requests) -> say(words, requests, "times " + status));
		say(words, unreached(), "not taken");
		say(words, lost(), "lost");
		return words.toString();
	}

	private static void say(StringBuilder words, long count, String what) {
		if (count > 0) {
			words.append("; ").append(count).append(' ').append(what);
		}
	}

}
