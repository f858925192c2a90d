package io.clearview.bench.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.clearview.bench.load.Exchange;
import io.clearview.bench.load.Tally;
import io.clearview.bench.measure.LiveHeap;
import io.clearview.bench.measure.RedisServer;
import io.clearview.bench.measure.Resources;
import io.clearview.bench.report.Plot;
import io.clearview.bench.report.Plot.Line;
import io.clearview.bench.report.ReportTable;
import io.clearview.bench.traffic.Enrolment;
import io.clearview.bench.traffic.RequestStream;
import io.clearview.bench.workload.PostStream;
import io.clearview.bench.workload.Shape;
import io.clearview.local.LocalStack;

/**
 * Ten minutes at half of saturation, with users, posts and preferences always new. What
 * is bounded levels off: memory, open files, threads, verdicts in Redis. Accounts are
 * kept for a year and a user's counters for a day, so keys of redis-state are counted a
 * user.
 */
final class Soak implements Scenario {

	/** A small cache, so that ten minutes fill it. */
	private static final String CACHE = "48mb";

	private static final int ENROLMENTS_PER_SECOND = 10;

	private static final int ACTIVE_USERS = 1000;

	private static final int SAMPLE_SECONDS = 10;

	/** A collection stops a service, so live heaps are only looked at once a minute. */
	private static final int SAMPLES_A_HEAP = 6;

	@Override
	public String name() {
		return "soak";
	}

	@Override
	public String about() {
		return "half of saturation, users, posts and preferences always new";
	}

	@Override
	public int seconds(Plan plan) {
		return plan.seconds() + length(plan);
	}

	private static int length(Plan plan) {
		return 20 * plan.seconds();
	}

	@Override
	public Findings run(Bench bench) {
		Rig rig = bench.rig();
		new RedisServer(rig.redis().getLast().port()).set("maxmemory", CACHE);
		Enrolment enrolment = new Enrolment(rig.accounts().size());
		enrolment.enrol(rig.generator(), rig.gateway().address(), 100).join();
		SplittableRandom random = new SplittableRandom(bench.plan().seed());
		Supplier<Exchange> traffic = RequestStream.unseen(() -> enrolment.recent(ACTIVE_USERS, random),
				new PostStream(Shape.minutes(), bench.plan().seed() + 8), bench.plan().posts(),
				bench.plan().seed() + 8);
		Tally saturation = bench.unmeasured("saturation of new things", rig.gateway(), traffic, bench.plan().seconds());
		double rate = Math.max(1, saturation.requests() / saturation.elapsed() / 2);
		int seconds = length(bench.plan());
		CompletableFuture<Tally> newcomers = rig.generator()
			.constant(rig.gateway().address(), enrolment::request, ENROLMENTS_PER_SECOND, Duration.ofSeconds(seconds),
					8);
		List<Map<String, Double>> samples = new ArrayList<>();
		Map<String, Double> heaps = Map.of();
		Snapshot before = rig.opening();
		CompletableFuture<Tally> load = bench.startConstant(rig.gateway(), traffic, rate, seconds).get();
		while (!isOver(load)) {
			if (samples.size() % SAMPLES_A_HEAP == 0) {
				heaps = heaps(rig);
			}
			Map<String, Double> sample = sample(rig, enrolment);
			sample.putAll(heaps);
			samples.add(sample);
		}
		Result result = Result.of(name(), rig.gateway(), load.join(), before, rig.closing());
		newcomers.join();
		bench.progress().step(name(), seconds, load.join());
		return new Findings(List.of(result), List.of(levels(samples)), plots(samples));
	}

	private static boolean isOver(CompletableFuture<Tally> load) {
		try {
			load.get(SAMPLE_SECONDS, TimeUnit.SECONDS);
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Map<String, Double> sample(Rig rig, Enrolment enrolment) {
		Map<String, Double> sample = new LinkedHashMap<>();
		Map<String, Resources> resources = rig.resources();
		for (String process : List.of(Rig.GATEWAY, Rig.CLASSIFIER, Rig.REDIS)) {
			Resources taken = resources.getOrDefault(process, Resources.GONE);
			sample.put(process + " MiB", mebibytes(taken.residentBytes()));
			sample.put(process + " files", (double) taken.files());
			sample.put(process + " threads", (double) taken.threads());
		}
		RedisServer cache = new RedisServer(rig.redis().getLast().port());
		RedisServer state = new RedisServer(rig.redis().getFirst().port());
		sample.put("redis-cache keys", (double) cache.keys());
		sample.put("redis-cache MiB of data", mebibytes(cache.usedBytes()));
		sample.put("redis-state keys a user",
				(double) state.keys() / (rig.accounts().size() + enrolment.accounts().size()));
		return sample;
	}

	private static Map<String, Double> heaps(Rig rig) {
		LocalStack stack = rig.stack();
		Map<String, Double> heaps = new LinkedHashMap<>();
		heaps.put(Rig.GATEWAY + " live heap MiB", mebibytes(LiveHeap.of(stack.gateway().pid())));
		heaps.put(Rig.CLASSIFIER + " live heap MiB", mebibytes(LiveHeap.of(stack.classifiers().getFirst().pid())));
		return heaps;
	}

	private static double mebibytes(long bytes) {
		return bytes / 1048576.0;
	}

	private static ReportTable levels(List<Map<String, Double>> samples) {
		int last = samples.size() - 1;
		return new ReportTable("Soak: what levels off",
				List.of("what", "begin", "a third", "two thirds", "end", "last third's growth"),
				samples.getFirst().keySet().stream().map((what) -> {
					double middle = samples.get(last * 2 / 3).getOrDefault(what, 0.0);
					double end = samples.get(last).getOrDefault(what, 0.0);
					return List.of(what, ReportTable.cell(samples.getFirst().getOrDefault(what, 0.0)),
							ReportTable.cell(samples.get(last / 3).getOrDefault(what, 0.0)), ReportTable.cell(middle),
							ReportTable.cell(end), ReportTable.percent(end / middle - 1));
				}).toList());
	}

	private static Map<String, String> plots(List<Map<String, Double>> samples) {
		Map<String, String> plots = new LinkedHashMap<>();
		for (String unit : List.of("MiB", "live heap MiB", "files", "threads")) {
			plots.put(
					"soak-" + unit.toLowerCase(Locale.ROOT)
						.replace(' ', '-'),
					Plot.lines("Soak: " + unit, "tens of seconds",
							List.of(Rig.GATEWAY, Rig.CLASSIFIER, Rig.REDIS)
								.stream()
								.filter((process) -> samples.getFirst().containsKey(process + " " + unit))
								.map((process) -> new Line(process,
										samples.stream()
											.map((sample) -> sample.getOrDefault(process + " " + unit, Double.NaN))
											.toList()))
								.toList()));
		}
		return plots;
	}

}
