package io.clearview.e2e.drill;

import java.util.List;
import java.util.Locale;

import io.clearview.e2e.Durations;

/** Findings for a person: lines as they come, and a table in Markdown. */
final class Table {

	private static final String HEAD = """
			| row | broken | as designed, users see | requests | what they saw while it was broken | p50 | longest wait | served in full again after | lost | wrong labels | quota off by | charged, not seen | as designed |
			| --- | --- | --- | --: | --- | --: | --: | --: | --: | --: | --: | --: | --- |
			""";

	private Table() {
	}

	/** One finding, on one or two lines. */
	static String line(Finding finding) {
		Scene scene = finding.scene();
		String line = String.format(Locale.ROOT,
				"%-4s %-22s %s; p50 %s, longest wait %s; served in full again after %s; lost %d, wrong %d, quota off %d of %d, %d besides; %d model calls",
				finding.asDesigned() ? "ok" : "BAD", scene.id(), finding.words(), Durations.text(finding.median()),
				Durations.text(finding.longestWait()), Durations.text(finding.recovered()), finding.lost(),
				finding.wrong(), finding.quota().off(), finding.quota().answered(), finding.quota().unseen(),
				finding.modelCalls());
		return finding.asDesigned() ? line : line + "\n     " + String.join("; ", finding.problems());
	}

	static String markdown(List<Finding> findings) {
		StringBuilder table = new StringBuilder(HEAD);
		for (Finding finding : findings) {
			Scene scene = finding.scene();
			table.append("| ")
				.append(String.join(" | ", scene.id(), scene.broken() + ": " + scene.how(), scene.promise().words(),
						Integer.toString(finding.requests()), finding.words(), Durations.text(finding.median()),
						Durations.text(finding.longestWait()), Durations.text(finding.recovered()),
						Long.toString(finding.lost()), Long.toString(finding.wrong()),
						finding.quota().off() + " of " + finding.quota().answered(),
						Integer.toString(finding.quota().unseen()),
						finding.asDesigned() ? "yes" : "no: " + String.join("; ", finding.problems())))
				.append(" |\n");
		}
		return table.toString();
	}

}
