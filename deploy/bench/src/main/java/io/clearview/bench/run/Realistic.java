package io.clearview.bench.run;

import java.util.function.Supplier;

import io.clearview.bench.load.Exchange;

/** The generated day, an hour a minute, at a constant rate. */
final class Realistic implements Scenario {

	@Override
	public String name() {
		return "realistic";
	}

	@Override
	public String about() {
		return "Zipf posts with decay, preferences 60 % default, 30 % common, 10 % unique; open loop";
	}

	@Override
	public int seconds(Plan plan) {
		return plan.warmUp() / 2 + 2 * plan.seconds();
	}

	@Override
	public Findings run(Bench bench) {
		Target target = bench.rig().gateway();
		Supplier<Exchange> traffic = traffic(bench, target, 2);
		int warmUp = bench.plan().warmUp() / 2;
		if (warmUp > 0) {
			bench.constant(name() + ", until caches are warm", target, traffic, bench.plan().rate(), warmUp);
		}
		return Findings.of(bench.constant(name(), target, traffic, bench.plan().rate(), 2 * bench.plan().seconds()));
	}

	static Supplier<Exchange> traffic(Bench bench, Target target, long seed) {
		long began = System.nanoTime();
		return bench.traffic(target, seed).realistic(() -> (System.nanoTime() - began) / 3.6e12);
	}

}
