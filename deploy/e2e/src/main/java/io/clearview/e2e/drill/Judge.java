package io.clearview.e2e.drill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.clearview.e2e.drill.Scene.Promise;

/** Tells what of that which users saw was not promised. */
final class Judge {

	/** After this the extension asks again, whatever comes. */
	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private Judge() {
	}

	/**
	 * What is not as promised, in words; empty when all is.
	 * @param promise of the row
	 * @param broken when it was broken, on {@link System#nanoTime}'s scale
	 * @param during what users saw then
	 * @param recovery and what while it was mended
	 */
	static List<String> problems(Promise promise, long broken, Sight during, Sight recovery) {
		List<String> problems = new ArrayList<>();
		for (Sight sight : List.of(during, recovery)) {
			note(problems, sight.wrong(), "wrong labels");
			if (!sight.refused().isEmpty()) {
				problems.add("users were refused: " + sight.refused());
			}
			sight.failedOpen()
				.keySet()
				.stream()
				.filter((reason) -> !promise.reasons().contains(reason))
				.forEach((reason) -> problems.add("unexpected reason " + reason));
			note(problems, sight.count((seen) -> seen.took().compareTo(TIMEOUT) > 0), "waited for more than 10 s");
		}
		long lost = during.lost() + recovery.lost();
		note(problems, (lost > promise.lost()) ? lost : 0, "requests without an answer");
		if (!promise.away()) {
			note(problems, during.unreached() + recovery.unreached(), "requests that nobody took");
		}
		if (promise.unjudged() && during.failedOpen().isEmpty()) {
			problems.add("no post was shown unjudged: was it broken at all?");
		}
		if (promise.stale() && during.stale() == 0) {
			problems.add("no stale verdict stood in");
		}
		if (promise.away() && during.unreached() == 0) {
			problems.add("somebody was there all the time: was it broken at all?");
		}
		if (promise.knownJudged()) {
			note(problems, during.count((seen) -> !seen.fresh() && !seen.whole()),
					"requests not judged in full though all of their posts had been");
		}
		long noticed = broken + promise.noticed().toNanos();
		note(problems, during.count((seen) -> seen.atNanos() - noticed > 0 && !seen.whole()),
				"requests not served in full when it must have been noticed");
		return problems;
	}

	private static void note(List<String> problems, long count, String what) {
		if (count > 0) {
			problems.add(count + " " + what);
		}
	}

}
