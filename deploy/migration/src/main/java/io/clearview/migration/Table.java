package io.clearview.migration;

import java.util.List;
import java.util.Map;

import io.clearview.e2e.Durations;

/** Findings for a person: a line as each comes, and a table in Markdown. */
final class Table {

	private static final String HEAD = """
			| step | done | requests | in full | over their limit | refused | 401 | unjudged | wrong | sent again | by old, new, the other instead | slowest | granted by old, by new | copies lost | not charged by new (most of one user) | charged too much | as it must be |
			| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --- |
			""";

	private Table() {
	}

	static String line(Finding finding) {
		return (finding.asItMustBe() ? "ok   " : "BAD  ")
				+ String.join("; ", finding.step().name(),
						finding.readings().size() + " requests, " + finding.count(Reading::whole) + " in full",
						"unjudged " + finding.unjudged() + ", wrong " + finding.wrong() + ", 401 "
								+ unauthorised(finding),
						"old " + by(finding, false) + ", new " + by(finding, true) + ", instead " + instead(finding),
						"sent again " + finding.count((one) -> one.tries() > 1),
						"slowest " + Durations.text(finding.slowest()), "copies lost " + finding.lostCopies(),
						quota(finding, "not charged ", ", too much "))
				+ (finding.asItMustBe() ? "" : "\n     " + String.join("; ", finding.problems()));
	}

	static String markdown(List<Finding> findings) {
		StringBuilder table = new StringBuilder(HEAD);
		for (Finding finding : findings) {
			Map<Integer, Long> refused = Finding.refused(finding.readings());
			table.append("| ")
				.append(String.join(" | ", finding.step().name(), finding.step().command(),
						Integer.toString(finding.readings().size()), Long.toString(finding.count(Reading::whole)),
						Long.toString(finding.count(Reading::overLimit)), refused.isEmpty() ? "0" : refused.toString(),
						Long.toString(unauthorised(finding)), Long.toString(finding.unjudged()),
						Integer.toString(finding.wrong()), Long.toString(finding.count((one) -> one.tries() > 1)),
						by(finding, false) + ", " + by(finding, true) + ", " + instead(finding),
						Durations.text(finding.slowest()), granted(finding), Integer.toString(finding.lostCopies()),
						quota(finding, "", " | "),
						finding.asItMustBe() ? "yes" : "**no**: " + String.join("; ", finding.problems())))
				.append(" |\n");
		}
		return table.toString();
	}

	private static long unauthorised(Finding finding) {
		return finding.count((one) -> one.status() == 401);
	}

	private static long by(Finding finding, boolean isNew) {
		return finding.count((one) -> one.side().isNew() == isNew && one.status() != 0);
	}

	private static long instead(Finding finding) {
		return finding.count((one) -> one.side().instead());
	}

	private static String granted(Finding finding) {
		return finding.balanced() ? finding.balance().byOld() + ", " + finding.balance().byNew() : "";
	}

	private static String quota(Finding finding, String before, String between) {
		Balance balance = finding.balance();
		return finding.balanced()
				? before + balance.uncharged() + " (" + balance.mostUncharged() + ")" + between + balance.overcharged()
				: before + "not asked" + between + "not asked";
	}

}
