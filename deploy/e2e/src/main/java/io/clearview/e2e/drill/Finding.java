package io.clearview.e2e.drill;

import java.time.Duration;
import java.util.List;

/**
 * What a row of the table came to.
 *
 * @param scene the row
 * @param during what users saw of requests sent while it was broken
 * @param recovery and of those sent from the beginning of mending until all was well
 * @param recovered from the beginning of mending, start of processes included, to the
 * last request that was not served in full
 * @param quota how what redis-state charged compares with what users were answered
 * @param modelCalls that were made of the model while it was broken
 * @param problems what is not as promised, in words; empty when all is
 */
record Finding(Scene scene, Sight during, Sight recovery, Duration recovered, Ledger.Balance quota, int modelCalls,
		List<String> problems) {

	Finding {
		problems = List.copyOf(problems);
	}

	boolean asDesigned() {
		return this.problems.isEmpty();
	}

	int requests() {
		return this.during.observations().size() + this.recovery.observations().size();
	}

	long lost() {
		return this.during.lost() + this.recovery.lost();
	}

	long wrong() {
		return this.during.wrong() + this.recovery.wrong();
	}

	Duration longestWait() {
		Duration during = this.during.quantile(1);
		Duration recovery = this.recovery.quantile(1);
		return (during.compareTo(recovery) > 0) ? during : recovery;
	}

}
