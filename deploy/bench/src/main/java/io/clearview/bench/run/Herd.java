package io.clearview.bench.run;

import io.clearview.bench.traffic.RequestStream;

/** Once a second a post appears that everybody sees at once, among nine they know. */
final class Herd implements Scenario {

	private static final int KNOWN = 200;

	private static final long FIRST = 1L << 40;

	@Override
	public String name() {
		return "herd";
	}

	@Override
	public String about() {
		return "one new post a second, in every request from then on; open loop";
	}

	@Override
	public int seconds(Plan plan) {
		return Bench.learningSeconds(KNOWN) + plan.seconds();
	}

	@Override
	public Findings run(Bench bench) {
		Target target = bench.rig().gateway();
		RequestStream traffic = bench.traffic(target, 4);
		bench.learn(target, traffic.known(KNOWN));
		long began = System.nanoTime();
		return Findings.of(bench.constant(name(), target,
				traffic.herd(KNOWN, () -> FIRST + (System.nanoTime() - began) / 1_000_000_000), bench.plan().rate(),
				bench.plan().seconds()));
	}

}
