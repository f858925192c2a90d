package io.clearview.bench.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

import io.clearview.bench.load.Exchange;
import io.clearview.bench.report.ReportTable;
import io.clearview.bench.stub.Behaviour;
import io.clearview.bench.stub.Behaviour.Failure;
import io.clearview.bench.traffic.RequestStream;
import io.clearview.bench.workload.PostStream;
import io.clearview.bench.workload.Shape;
import io.clearview.local.ManagedProcess;

/**
 * What a request costs while something is out, against a cached request measured just
 * before with everything in order. Each state has lasted for some seconds when it is
 * measured, so that circuit breakers are open and the code for it is compiled.
 */
final class Degraded implements Scenario {

	/** States that are measured in each round, the cached request included. */
	private static final int STATES = 4;

	/** States that are measured once, each with a cached request before. */
	private static final int LAST_STATES = 2;

	@Override
	public String name() {
		return "degraded";
	}

	@Override
	public String about() {
		return "CPU a request while one part is out, against a cached request of the same round";
	}

	@Override
	public int seconds(Plan plan) {
		return plan.warmUp() + (STATES * plan.rounds() + 2 * LAST_STATES) * plan.seconds();
	}

	@Override
	public boolean warmsUp() {
		return true;
	}

	@Override
	public Findings run(Bench bench) {
		return new Run(bench).all();
	}

	/** Of gateway, classifier and Redis, in ms a request, without compiling. */
	private static double cpu(Result result) {
		return result.warmCpu(Rig.GATEWAY) + result.warmCpu(Rig.CLASSIFIER) + result.warmCpu(Rig.REDIS);
	}

	/** One run of the scenario. */
	private final class Run {

		private final Bench bench;

		private final Target target;

		private final Supplier<Exchange> cached;

		private final Supplier<Exchange> unseen;

		private final List<Result> results = new ArrayList<>();

		/** By state, round by round. */
		private final Map<String, List<Cost>> costs = new LinkedHashMap<>();

		/** What the cached request took that was measured last. */
		private double reference = Double.NaN;

		Run(Bench bench) {
			this.bench = bench;
			this.target = bench.rig().gateway();
			bench.learn(this.target, Turns.requests(bench, this.target));
			this.cached = Turns.repeating(bench, this.target);
			SplittableRandom random = new SplittableRandom(bench.plan().seed());
			this.unseen = RequestStream.unseen(
					() -> this.target.users().get(random.nextInt(this.target.users().size())),
					new PostStream(Shape.minutes(), bench.plan().seed()), bench.plan().posts(), bench.plan().seed());
		}

		Findings all() {
			this.bench.unmeasured("warming up", this.target, this.cached, this.bench.plan().warmUp());
			for (int round = 0; round < this.bench.plan().rounds(); round++) {
				inOrder();
				modelAnswers(Failure.ERROR, "model's breaker open");
				inOrder();
				frozen("redis-cache frozen", this.bench.rig().stack().redisCache().stream().toList());
				frozen("redis-state frozen", this.bench.rig().stack().redisState().stream().toList());
			}
			// the cap holds until midnight, and the classifier is not started again
			inOrder();
			modelAnswers(Failure.COSTLY, "daily cap spent");
			inOrder();
			this.bench.rig().stack().classifiers().forEach(ManagedProcess::stop);
			degraded("classifier gone", this.cached);
			return new Findings(this.results, List.of(table()), Map.of());
		}

		private void inOrder() {
			this.bench.unmeasured("cached", this.target, this.cached, 2);
			this.reference = measure("cached", this.cached);
			note("cached", this.reference);
		}

		private void modelAnswers(Failure failure, String state) {
			int latency = this.bench.plan().modelLatency();
			this.bench.rig().behave(new Behaviour(latency, 0, 1, failure));
			try {
				degraded(state, this.unseen);
			}
			finally {
				this.bench.rig().behave(Behaviour.sound(latency, latency / 4));
			}
		}

		private void frozen(String state, List<ManagedProcess> servers) {
			servers.forEach(ManagedProcess::pause);
			try {
				degraded(state, this.cached);
			}
			finally {
				servers.forEach(ManagedProcess::resume);
			}
		}

		private void degraded(String state, Supplier<Exchange> traffic) {
			this.bench.unmeasured(state, this.target, traffic, Math.max(3, this.bench.plan().seconds() / 2));
			note(state, measure(state, traffic));
		}

		private void note(String state, double cpu) {
			this.costs.computeIfAbsent(state, (_) -> new ArrayList<>()).add(new Cost(cpu, cpu / this.reference));
		}

		/** CPU of a request, in ms. */
		private double measure(String state, Supplier<Exchange> traffic) {
			Result result = this.bench.saturating(name() + ": " + state, this.target, traffic,
					Math.max(1, this.bench.plan().seconds() / 2));
			this.results.add(result);
			return cpu(result);
		}

		private ReportTable table() {
			List<List<String>> rows = new ArrayList<>();
			this.costs.forEach((state, each) -> {
				List<Double> ratios = each.stream().map(Cost::ratio).toList();
				rows.add(List.of(state, ReportTable.cell(Summary.median(each.stream().map(Cost::cpu).toList())),
						ReportTable.cell(Summary.median(ratios)), Summary.each(ratios)));
			});
			return new ReportTable("Degraded states: CPU of gateway, classifier and Redis in ms a request",
					List.of("state", "CPU", "against cached", "each round"), rows);
		}

	}

	/**
	 * What a request cost in one round.
	 *
	 * @param cpu in ms
	 * @param ratio to the cached request before
	 */
	private record Cost(double cpu, double ratio) {
	}

}
