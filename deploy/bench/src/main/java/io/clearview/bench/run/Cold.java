package io.clearview.bench.run;

/** Nothing that is asked was ever asked: all caches are as good as empty. */
final class Cold implements Scenario {

	@Override
	public String name() {
		return "cold";
	}

	@Override
	public String about() {
		return "the realistic traffic, on posts that nobody has seen before; open loop";
	}

	@Override
	public int seconds(Plan plan) {
		return plan.seconds();
	}

	@Override
	public Findings run(Bench bench) {
		Target target = bench.rig().gateway();
		return Findings.of(bench.constant(name(), target, Realistic.traffic(bench, target, 3), bench.plan().rate(),
				bench.plan().seconds()));
	}

}
