package io.clearview.migration;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What users saw in one step.
 *
 * @param step name and command
 * @param readings every request
 * @param balance of quotas after it
 * @param balanced whether the new system could be asked for it
 * @param lostCopies copies that the new system did not answer in time
 * @param problems what is not as it must be, in words; empty when all is
 */
record Finding(Step step, List<Reading> readings, Balance balance, boolean balanced, int lostCopies,
		List<String> problems) {

	Finding {
		problems = List.copyOf(problems);
	}

	Finding with(List<String> found) {
		return new Finding(this.step, this.readings, this.balance, this.balanced, this.lostCopies, found);
	}

	boolean asItMustBe() {
		return this.problems.isEmpty();
	}

	long count(Predicate<Reading> what) {
		return this.readings.stream().filter(what).count();
	}

	/** Requests answered with another status than wanted, by status, limits apart. */
	static Map<Integer, Long> refused(List<Reading> readings) {
		Map<Integer, Long> refused = new TreeMap<>();
		readings.stream()
			.filter((reading) -> !reading.whole() && !reading.overLimit() && reading.status() != 200)
			.forEach((reading) -> refused.merge(reading.status(), 1L, Long::sum));
		return refused;
	}

	long unjudged() {
		return this.readings.stream().mapToLong(Reading::unjudged).sum();
	}

	/** Posts granted by the old backend because the new system could not be asked. */
	int grantedByOldInstead() {
		return this.readings.stream()
			.filter((one) -> one.side().instead() && !one.side().isNew())
			.mapToInt(Reading::granted)
			.sum();
	}

	int wrong() {
		return this.readings.stream().mapToInt(Reading::wrong).sum();
	}

	Duration slowest() {
		return this.readings.stream().map(Reading::took).max(Duration::compareTo).orElse(Duration.ZERO);
	}

}
