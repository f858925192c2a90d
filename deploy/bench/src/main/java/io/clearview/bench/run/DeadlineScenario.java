package io.clearview.bench.run;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.clearview.bench.load.Exchange;
import io.clearview.bench.load.Tally;
import io.clearview.bench.report.ReportTable;
import io.clearview.bench.stub.Behaviour;

/** The model is slow, clients are not: they ask for what there is, and again later. */
final class DeadlineScenario implements Scenario {

	private static final int KNOWN = 200;

	private static final long FIRST = 1L << 41;

	private static final int DEADLINE_MILLIS = 150;

	private static final int MODEL_MILLIS = 2_000;

	private static final int LATER_SECONDS = 3;

	private static final int RATE = 100;

	@Override
	public String name() {
		return "deadline";
	}

	@Override
	public String about() {
		return "half of the posts known, the model takes 2 s, deadline 150 ms, all asked again 3 s later; 100 a second";
	}

	@Override
	public int seconds(Plan plan) {
		return Bench.learningSeconds(KNOWN) + plan.warmUp() / 4 + plan.seconds() + 2 * LATER_SECONDS;
	}

	@Override
	public Findings run(Bench bench) {
		Target target = bench.rig().gateway();
		bench.learn(target, bench.traffic(target, 8).known(KNOWN));
		bench.rig().behave(Behaviour.sound(MODEL_MILLIS, 0));
		try {
			int warmUp = bench.plan().warmUp() / 4;
			if (warmUp > 0) {
				ask(bench, name() + ", until this is compiled", FIRST, warmUp);
			}
			return ask(bench, name(), FIRST + (FIRST >> 1), bench.plan().seconds());
		}
		finally {
			bench.rig().behave(Behaviour.sound(bench.plan().modelLatency(), bench.plan().modelLatency() / 4));
		}
	}

	private static Findings ask(Bench bench, String name, long first, int seconds) {
		Target target = bench.rig().gateway();
		Queue<Exchange> sent = new ConcurrentLinkedQueue<>();
		Supplier<Exchange> requests = bench.traffic(target, 8).halfKnown(KNOWN, first, DEADLINE_MILLIS);
		CompletableFuture<Tally> later = CompletableFuture
			.supplyAsync(bench.startConstant(target, sent::remove, RATE, seconds),
					CompletableFuture.delayedExecutor(LATER_SECONDS, TimeUnit.SECONDS))
			.thenCompose((tally) -> tally);
		Result result = bench.constant(name, target, () -> {
			Exchange request = requests.get();
			sent.add(request);
			return request;
		}, RATE, seconds);
		return new Findings(List.of(result), List.of(table(result, later.join())), Map.of());
	}

	private static ReportTable table(Result first, Tally later) {
		return new ReportTable(
				"A deadline of " + DEADLINE_MILLIS + " ms, with a model that takes " + MODEL_MILLIS + " ms",
				List.of("", "requests", "p50", "p99", "errors", "posts not judged", "posts cached"),
				List.of(List.of("asked first", ReportTable.cell(first.requests()), ReportTable.cell(first.p50()),
						ReportTable.cell(first.p99()), ReportTable.cell(first.errors()),
						ReportTable.percent((double) first.failedOpen() / first.posts()), ""),
						List.of("again, " + LATER_SECONDS + " s later", ReportTable.cell(later.requests()),
								ReportTable.cell(later.percentile(50)), ReportTable.cell(later.percentile(99)),
								ReportTable.cell(later.errors()),
								ReportTable.percent((double) later.failedOpen() / later.posts()),
								ReportTable.percent((double) later.cached() / later.posts()))));
	}

}
