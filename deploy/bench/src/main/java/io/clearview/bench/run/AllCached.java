package io.clearview.bench.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.clearview.bench.load.Exchange;

/**
 * Every verdict is known: what the machinery itself costs. Ours and the baselines take
 * turns in a closed loop, so that each pair of neighbours saw the same machine.
 */
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
		return Bench.learningSeconds(plan.users()) + plan.warmUp() / 6 * 7 + 4 * plan.rounds() * plan.seconds() / 2;
	}

	@Override
	public Findings run(Bench bench) {
		Plan plan = bench.plan();
		List<Target> targets = Stream
			.of(Optional.of(bench.rig().gateway()), bench.rig().bare(), bench.rig().nginx(),
					Optional.of(bench.rig().direct()))
			.flatMap(Optional::stream)
			.toList();
		bench.learn(targets.getFirst(), requests(bench, targets.getFirst()));
		List<Supplier<Exchange>> traffic = targets.stream().map((target) -> repeating(bench, target)).toList();
		for (int i = 0; i < targets.size(); i++) {
			Target target = targets.get(i);
			// the compilers of both gateways start from nothing
			boolean cold = target.front().equals(Rig.GATEWAY) || target.front().equals(Rig.BARE);
			bench.unmeasured("warming up " + target.name(), target, traffic.get(i),
					Math.max(1, plan.warmUp() / (cold ? 2 : 12)));
		}
		List<Result> results = new ArrayList<>();
		for (int round = 0; round < plan.rounds(); round++) {
			for (int i = 0; i < targets.size(); i++) {
				results.add(bench.saturating(name(), targets.get(i), traffic.get(i), Math.max(1, plan.seconds() / 2)));
			}
		}
		return Findings.of(results);
	}

	/**
	 * The same requests for every target, but for the way in which users introduce
	 * themselves.
	 */
	private static List<Exchange> requests(Bench bench, Target target) {
		return bench.traffic(target, 1).repeated(bench.plan().users());
	}

	private static Supplier<Exchange> repeating(Bench bench, Target target) {
		List<Exchange> requests = requests(bench, target);
		SplittableRandom random = new SplittableRandom(bench.plan().seed());
		return () -> requests.get(random.nextInt(requests.size()));
	}

}
