package io.clearview.bench.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;

import io.clearview.bench.load.Exchange;

/**
 * Every verdict is known, and targets take turns in a closed loop, so that each pair of
 * neighbours saw the same machine.
 */
final class Turns {

	/** Fronts that do not share their compilers' work with another target. */
	private static final Set<String> COLD = Set.of(Rig.GATEWAY, Rig.BARE, Rig.UNOBSERVED_GATEWAY);

	private Turns() {
	}

	/** About how long so many targets take, in seconds. */
	static int seconds(Plan plan, int targets) {
		return Bench.learningSeconds(plan.users()) + plan.warmUp() / 6 * 7
				+ targets * plan.rounds() * plan.seconds() / 2;
	}

	/** Measures each target once a round; the first one learns the verdicts for all. */
	static List<Result> take(Bench bench, String scenario, List<Target> targets) {
		Plan plan = bench.plan();
		bench.learn(targets.getFirst(), requests(bench, targets.getFirst()));
		List<Supplier<Exchange>> traffic = targets.stream().map((target) -> repeating(bench, target)).toList();
		for (int i = 0; i < targets.size(); i++) {
			Target target = targets.get(i);
			bench.unmeasured("warming up " + target.name(), target, traffic.get(i),
					Math.max(1, plan.warmUp() / (COLD.contains(target.front()) ? 2 : 12)));
		}
		List<Result> results = new ArrayList<>();
		for (int round = 0; round < plan.rounds(); round++) {
			for (int i = 0; i < targets.size(); i++) {
				results
					.add(bench.saturating(scenario, targets.get(i), traffic.get(i), Math.max(1, plan.seconds() / 2)));
			}
		}
		return results;
	}

	/**
	 * The same requests for every target, but for the way in which users introduce
	 * themselves.
	 */
	static List<Exchange> requests(Bench bench, Target target) {
		return bench.traffic(target, 1).repeated(bench.plan().users());
	}

	/** Those requests, in turn at random, without end. */
	static Supplier<Exchange> repeating(Bench bench, Target target) {
		List<Exchange> requests = requests(bench, target);
		SplittableRandom random = new SplittableRandom(bench.plan().seed());
		return () -> requests.get(random.nextInt(requests.size()));
	}

}
