package io.clearview.bench.run;

import java.util.List;
import java.util.Map;

import io.clearview.bench.report.ReportTable;

/**
 * What a scenario found out.
 *
 * @param results in the order in which they were measured
 * @param tables that only this scenario has
 * @param plots that only this scenario has: SVG by name
 */
record Findings(List<Result> results, List<ReportTable> tables, Map<String, String> plots) {

	static Findings of(List<Result> results) {
		return new Findings(results, List.of(), Map.of());
	}

	static Findings of(Result... results) {
		return of(List.of(results));
	}

}
