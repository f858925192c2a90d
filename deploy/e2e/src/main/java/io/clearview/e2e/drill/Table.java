package io.clearview.e2e.drill;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Findings for a person: lines as they come, and a table in Markdown. */
final class Table {

	private static final String HEAD = """
			| broken | how | what users saw | p50 | slowest | whole again after | lost | wrong labels | quota off | as designed |
			| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
			""";

	private Table() {
	}

	/** One finding, on one or two lines. */
	static String line(Finding finding) {
		Scene scene = finding.scene();
		String line = String.format(Locale.ROOT, "%-4s %-22s %-26s %s; p50 %s, slowest %s; whole again after %s",
				finding.problems().isEmpty() ? "ok" : "BAD", scene.broken(), scene.how(), finding.during().words(),
				time(finding.during().quantile(0.5)), time(finding.during().quantile(1)), time(finding.recovered()));
		return finding.problems().isEmpty() ? line : line + "\n     " + String.join("; ", finding.problems());
	}

	static String markdown(List<Finding> findings) {
		StringBuilder table = new StringBuilder(HEAD);
		for (Finding finding : findings) {
			table.append("| ")
				.append(String.join(" | ", finding.scene().broken(), finding.scene().how(), finding.during().words(),
						time(finding.during().quantile(0.5)), time(finding.during().quantile(1)),
						time(finding.recovered()), Long.toString(finding.lost()), Long.toString(finding.wrong()),
						Integer.toString(finding.chargedOff()),
						finding.problems().isEmpty() ? "yes" : "no: " + String.join("; ", finding.problems())))
				.append(" |\n");
		}
		return table.toString();
	}

	private static String time(Duration duration) {
		long millis = duration.toMillis();
		return (millis < 1000) ? millis + " ms" : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
	}

}
