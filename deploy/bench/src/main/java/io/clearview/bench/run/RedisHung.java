package io.clearview.bench.run;

import java.util.List;
import java.util.function.Supplier;

import io.clearview.bench.load.Exchange;
import io.clearview.local.ManagedProcess;

/** Redis is frozen: its connections stay open, and nothing answers. */
final class RedisHung implements Scenario {

	@Override
	public String name() {
		return "redis-hung";
	}

	@Override
	public String about() {
		return "realistic traffic while Redis, in both roles, is frozen, and after";
	}

	@Override
	public int seconds(Plan plan) {
		return 3 * plan.seconds();
	}

	@Override
	public Findings run(Bench bench) {
		Target target = bench.rig().gateway();
		Supplier<Exchange> traffic = Realistic.traffic(bench, target, 6);
		double rate = bench.plan().rate() / 2;
		int seconds = bench.plan().seconds();
		List<ManagedProcess> redis = bench.rig().redis();
		Result before = bench.constant(name() + ": before", target, traffic, rate, seconds);
		redis.forEach(ManagedProcess::pause);
		Result during;
		try {
			during = bench.constant(name() + ": frozen", target, traffic, rate, seconds);
		}
		finally {
			redis.forEach(ManagedProcess::resume);
		}
		return Findings.of(before, during, bench.constant(name() + ": awake", target, traffic, rate, seconds));
	}

}
