package io.clearview.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Says what is not as it must be: the promises of docs/migration.md. */
final class Judge {

	private final Sides sides = new Sides();

	/**
	 * Judges a step.
	 * @param finding without problems
	 * @param before quotas before it
	 * @param heavy users who read more than their limits allow
	 * @param daily posts a day that either side grants
	 */
	List<String> problems(Finding finding, Balance before, List<Person> heavy, int daily) {
		Step step = finding.step();
		List<Reading> readings = finding.readings();
		Balance after = finding.balance();
		List<String> problems = new ArrayList<>();
		Map<Integer, Long> refused = Finding.refused(readings);
		if (!refused.isEmpty()) {
			problems.add("refused or unanswered, by status: " + refused);
		}
		note(problems, readings.stream().filter((one) -> one.overLimit() && !one.person().heavy()).count(),
				"requests over a limit that their user has not reached");
		note(problems,
				readings.stream()
					.filter((one) -> step.unjudgedAt().isEmpty() || !one.side().share().equals(step.unjudgedAt()))
					.mapToLong(Reading::unjudged)
					.sum(),
				"posts unjudged");
		note(problems, finding.wrong(), "wrong labels");
		note(problems, this.sides.flipped(readings), "requests of users who changed sides without a roll-back");
		note(problems, after.overcharged(), "posts charged and not granted");
		if (step.copied()) {
			note(problems,
					after.uncharged() - before.uncharged() - Crowd.POSTS * finding.lostCopies()
							- finding.grantedByOldInstead(),
					"posts granted and not charged, though the new system could be asked");
		}
		for (Person person : heavy) {
			note(problems, (person.granted() > 2 * daily) ? person.granted() : 0,
					"posts granted to one user, more than twice a day's " + daily);
			note(problems, (person.mostAtOnce() > 2 * Rehearsal.BURST) ? person.mostAtOnce() : 0,
					"posts granted to one user within 60 s, more than twice " + Rehearsal.BURST);
		}
		return problems;
	}

	private static void note(List<String> problems, long count, String what) {
		if (count > 0) {
			problems.add(count + " " + what);
		}
	}

}
