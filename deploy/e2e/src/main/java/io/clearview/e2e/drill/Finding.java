package io.clearview.e2e.drill;

import java.time.Duration;
import java.util.List;

/**
 * What a row of the table came to.
 *
 * @param scene the row
 * @param during what users saw while it was broken
 * @param recovery what they saw from mending until all was well
 * @param recovered how long that took
 * @param chargedOff by how many posts accounts are off, all added
 * @param problems what is not as promised, in words; empty when all is
 */
record Finding(Scene scene, Sight during, Sight recovery, Duration recovered, int chargedOff, List<String> problems) {

	Finding {
		problems = List.copyOf(problems);
	}

	long lost() {
		return this.during.lost() + this.recovery.lost();
	}

	long wrong() {
		return this.during.wrong() + this.recovery.wrong();
	}

}
