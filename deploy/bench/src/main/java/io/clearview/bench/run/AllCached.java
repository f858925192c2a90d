package io.clearview.bench.run;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the machinery itself costs, ours against the baselines. */
final class AllCached implements Scenario {

	@Override
	public String name() {
		return "all-cached";
	}

	@Override
	public String about() {
		return "every verdict known; closed loop, in turns with each baseline";
	}

	@Override
	public int seconds(Plan plan) {
		return Turns.seconds(plan, 4);
	}

	@Override
	public boolean warmsUp() {
		return true;
	}

	@Override
	public Findings run(Bench bench) {
		List<Target> targets = Stream
			.of(Optional.of(bench.rig().gateway()), bench.rig().bare(), bench.rig().nginx(),
					Optional.of(bench.rig().direct()))
			.flatMap(Optional::stream)
			.toList();
		return Findings.of(Turns.take(bench, name(), targets));
	}

}
