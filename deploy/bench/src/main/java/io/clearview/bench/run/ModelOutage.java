package io.clearview.bench.run;

import java.util.function.Supplier;

import io.clearview.bench.load.Exchange;
import io.clearview.bench.stub.Behaviour;
import io.clearview.bench.stub.Behaviour.Failure;

/** The model fails every call, then never answers, then is well again. */
final class ModelOutage implements Scenario {

	/** The breaker asks again after a minute. */
	private static final int RECOVERY = 65;

	@Override
	public String name() {
		return "model-outage";
	}

	@Override
	public String about() {
		return "realistic traffic while the model answers 500, then nothing at all, then recovers";
	}

	@Override
	public int seconds(Plan plan) {
		return 3 * plan.seconds() + RECOVERY;
	}

	@Override
	public Findings run(Bench bench) {
		Target target = bench.rig().gateway();
		Supplier<Exchange> traffic = Realistic.traffic(bench, target, 5);
		double rate = bench.plan().rate() / 2;
		int seconds = bench.plan().seconds();
		try {
			Result before = bench.constant(name() + ": before", target, traffic, rate, seconds);
			bench.rig().behave(new Behaviour(bench.plan().modelLatency(), 0, 1, Failure.ERROR));
			Result errors = bench.constant(name() + ": 500", target, traffic, rate, seconds);
			bench.rig().behave(new Behaviour(bench.plan().modelLatency(), 0, 1, Failure.SILENCE));
			Result silence = bench.constant(name() + ": silent", target, traffic, rate, seconds);
			well(bench);
			Result after = bench.constant(name() + ": well again", target, traffic, rate, RECOVERY);
			return Findings.of(before, errors, silence, after);
		}
		finally {
			well(bench);
		}
	}

	private static void well(Bench bench) {
		bench.rig().behave(Behaviour.sound(bench.plan().modelLatency(), bench.plan().modelLatency() / 4));
	}

}
