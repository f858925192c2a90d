package io.clearview.bench.run;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.clearview.bench.load.Exchange;
import io.clearview.bench.load.Tally;
import io.clearview.bench.traffic.RequestStream;
import io.clearview.bench.workload.PostStream;
import io.clearview.bench.workload.Shape;

/**
 * What every scenario works with.
 *
 * @param rig that is measured
 * @param plan of the whole run
 * @param progress to report to
 */
record Bench(Rig rig, Plan plan, Progress progress) {

	private static final int MOST_CONNECTIONS = 512;

	private static final int LEARNERS = 32;

	/** Requests from the users of a target, about the posts that follow from a seed. */
	RequestStream traffic(Target target, long seed) {
		return new RequestStream(target.users(), new PostStream(Shape.minutes(), this.plan.seed() + seed),
				this.plan.posts(), this.plan.seed() + seed);
	}

	/** Open loop at a constant rate, measured. */
	Result constant(String scenario, Target target, Supplier<? extends Exchange> traffic, double rate, int seconds) {
		return measure(scenario, target, seconds, startConstant(target, traffic, rate, seconds));
	}

	/** Closed loop, measured. */
	Result saturating(String scenario, Target target, Supplier<? extends Exchange> traffic, int seconds) {
		return measure(scenario, target, seconds, () -> this.rig.generator()
			.saturating(target.address(), traffic, Duration.ofSeconds(seconds), this.plan.connections()));
	}

	/** Load of which nothing is measured. */
	Tally unmeasured(String what, Target target, Supplier<? extends Exchange> traffic, int seconds) {
		Tally tally = this.rig.generator()
			.saturating(target.address(), traffic, Duration.ofSeconds(seconds), this.plan.connections())
			.join();
		this.progress.step(what + ", not counted", seconds, tally);
		return tally;
	}

	/** Starts an open loop and leaves it running. */
	Supplier<CompletableFuture<Tally>> startConstant(Target target, Supplier<? extends Exchange> traffic, double rate,
			int seconds) {
		return () -> this.rig.generator()
			.constant(target.address(), traffic, rate, Duration.ofSeconds(seconds), MOST_CONNECTIONS);
	}

	/** Sends each of them once, so that their verdicts are known. */
	void learn(Target target, List<? extends Exchange> requests) {
		int[] next = { 0 };
		Tally tally = this.rig.generator()
			.all(target.address(), () -> requests.get(next[0]++), requests.size(), LEARNERS)
			.join();
		this.progress.step("verdicts to be cached", learningSeconds(requests.size()), tally);
	}

	/** About how long that takes. */
	static int learningSeconds(int requests) {
		return 1 + requests / 400;
	}

	private Result measure(String scenario, Target target, int seconds, Supplier<CompletableFuture<Tally>> load) {
		Snapshot before = this.rig.opening();
		Tally tally = load.get().join();
		Snapshot after = this.rig.closing();
		this.progress.step(scenario + ", " + target.name(), seconds, tally);
		return Result.of(scenario, target, tally, before, after);
	}

}
