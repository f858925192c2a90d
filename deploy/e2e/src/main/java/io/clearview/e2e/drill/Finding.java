package io.clearview.e2e.drill;

import java.time.Duration;
import java.util.List;

/**
 * What a row of the table came to. Holds numbers and no requests: a long drill has more
 * of them than fit into memory.
 *
 * @param scene the row
 * @param requests sent while it was broken, and from the beginning of mending until all
 * was well
 * @param words what users saw of those sent while it was broken
 * @param median how long half of those took at most
 * @param longestWait of any request
 * @param recovered from the beginning of mending, start of processes included, to the
 * last request that was not served in full
 * @param lost requests that got no answer
 * @param wrong posts with a label that is not theirs
 * @param quota how what redis-state charged compares with what users were answered
 * @param modelCalls that were made of the model while it was broken
 * @param problems what is not as promised, in words; empty when all is
 */
record Finding(Scene scene, int requests, String words, Duration median, Duration longestWait, Duration recovered,
		long lost, long wrong, Ledger.Balance quota, int modelCalls, List<String> problems) {

	Finding {
		problems = List.copyOf(problems);
	}

	/**
	 * Counts what there is to count.
	 * @param during what users saw of requests sent while it was broken
	 * @param recovery and of those sent from the beginning of mending
	 * @param mended when that began
	 */
	static Finding of(Scene scene, Sight during, Sight recovery, long mended, Ledger.Balance quota, int modelCalls,
			List<String> problems) {
		Sight all = during.and(recovery);
		return new Finding(scene, all.observations().size(), during.words(), during.quantile(0.5), all.quantile(1),
				recovery.lastTrouble(mended), all.lost(), all.wrong(), quota, modelCalls, problems);
	}

	boolean asDesigned() {
		return this.problems.isEmpty();
	}

}
