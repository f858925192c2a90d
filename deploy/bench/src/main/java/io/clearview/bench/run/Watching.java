package io.clearview.bench.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import io.clearview.bench.report.ReportTable;

/** What logs, metrics and traces cost: all of them against none of them. */
final class Watching implements Scenario {

	@Override
	public String name() {
		return "watching";
	}

	@Override
	public String about() {
		return "every verdict known; everything that watches on, in turns with all of it off";
	}

	@Override
	public int seconds(Plan plan) {
		return Turns.seconds(plan, 2);
	}

	@Override
	public boolean warmsUp() {
		return true;
	}

	@Override
	public Findings run(Bench bench) {
		Target off = bench.rig().unobserved().orElseThrow();
		List<Result> results = Turns.take(bench, name(), List.of(bench.rig().gateway(), off));
		List<Result> watched = new ArrayList<>();
		List<Result> unwatched = new ArrayList<>();
		results.forEach((result) -> (result.target().equals(off.name()) ? unwatched : watched).add(result));
		List<List<String>> rows = List.of(
				row("gateway", watched, (result) -> result.warmCpu(Rig.GATEWAY), unwatched,
						(result) -> result.warmCpu(Rig.UNOBSERVED_GATEWAY)),
				row("classifier", watched, (result) -> result.warmCpu(Rig.CLASSIFIER), unwatched,
						(result) -> result.warmCpu(Rig.UNOBSERVED_CLASSIFIER)),
				row("both", watched, (result) -> result.warmCpu(Rig.GATEWAY) + result.warmCpu(Rig.CLASSIFIER),
						unwatched, (result) -> result.warmCpu(Rig.UNOBSERVED_GATEWAY)
								+ result.warmCpu(Rig.UNOBSERVED_CLASSIFIER)));
		return new Findings(results,
				List.of(new ReportTable("What watching costs: CPU in ms a request, without compiling",
						List.of("process", "on", "off", "ratio", "each round"), rows)),
				Map.of());
	}

	/** Round by round, on against off. */
	private static List<String> row(String process, List<Result> watched, ToDoubleFunction<Result> on,
			List<Result> unwatched, ToDoubleFunction<Result> off) {
		List<Double> more = new ArrayList<>();
		for (int round = 0; round < watched.size(); round++) {
			more.add(on.applyAsDouble(watched.get(round)) / off.applyAsDouble(unwatched.get(round)));
		}
		return List.of(process, ReportTable.cell(Summary.median(watched.stream().map(on::applyAsDouble).toList())),
				ReportTable.cell(Summary.median(unwatched.stream().map(off::applyAsDouble).toList())),
				ReportTable.cell(Summary.median(more)), Summary.each(more));
	}

}
