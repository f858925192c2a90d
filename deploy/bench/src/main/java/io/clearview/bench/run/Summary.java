package io.clearview.bench.run;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.clearview.bench.report.Plot;
import io.clearview.bench.report.Plot.Bar;
import io.clearview.bench.report.Plot.Line;
import io.clearview.bench.report.ReportTable;

/** Results as tables and plots. Of several rounds the one of median speed is shown. */
record Summary(List<Result> results) {

	private static final List<String> PROCESSES = List.of(Rig.GATEWAY, Rig.BARE, Rig.NGINX, Rig.CLASSIFIER,
			Rig.UNOBSERVED_GATEWAY, Rig.UNOBSERVED_CLASSIFIER, Rig.REDIS, Rig.STUB, Rig.GENERATOR);

	List<ReportTable> tables() {
		return Stream
			.of(Stream.of(speed(), verdicts(), cpu("CPU time of each process, in ms a request", Result::cpu),
					cpu("Without what its JVM took to compile", Result::warmCpu), redis(), memory()), ratios().stream())
			.flatMap((s) -> s)
			.toList();
	}

	private ReportTable speed() {
		return new ReportTable("Speed (latency from the intended start, in ms)",
				List.of("scenario", "target", "requests/s", "posts/s", "p50", "p99", "p99.9", "max", "errors", "wrong",
						"failed open"),
				medians().stream()
					.map((result) -> List.of(result.scenario(), result.target(),
							ReportTable.cell(result.requestsPerSecond()), ReportTable.cell(result.postsPerSecond()),
							ReportTable.cell(result.p50()), ReportTable.cell(result.p99()),
							ReportTable.cell(result.p999()), ReportTable.cell(result.max()),
							ReportTable.cell(result.errors()), ReportTable.cell(result.wrong()),
							ReportTable.cell(result.failedOpen())))
					.toList());
	}

	private ReportTable verdicts() {
		return new ReportTable("Verdicts and what they cost",
				List.of("scenario", "hit rate", ServiceMetrics.NEAR, ServiceMetrics.SHARED, ServiceMetrics.FLIGHT,
						ServiceMetrics.STALE, ServiceMetrics.UNJUDGED, ServiceMetrics.MODEL, "mean batch",
						"calls/1,000 posts", "tokens/1,000 posts", "$/1,000 requests"),
				medians().stream()
					.filter((result) -> result.target().equals("ours"))
					.map((result) -> List.of(result.scenario(),
							ReportTable.percent(result.share(ServiceMetrics.NEAR, ServiceMetrics.SHARED,
									ServiceMetrics.FLIGHT, ServiceMetrics.STALE)),
							ReportTable.percent(result.share(ServiceMetrics.NEAR)),
							ReportTable.percent(result.share(ServiceMetrics.SHARED)),
							ReportTable.percent(result.share(ServiceMetrics.FLIGHT)),
							ReportTable.percent(result.share(ServiceMetrics.STALE)),
							ReportTable.percent(result.share(ServiceMetrics.UNJUDGED)),
							ReportTable.percent(result.share(ServiceMetrics.MODEL)),
							ReportTable.cell(result.meanBatch()), ReportTable.cell(result.callsPerThousandPosts()),
							ReportTable.cell(result.tokensPerThousandPosts()),
							ReportTable.cell(result.dollarsPerThousandRequests())))
					.toList());
	}

	private ReportTable cpu(String title, ToDoubleBiFunction<Result, String> millis) {
		List<String> head = new ArrayList<>(List.of("scenario", "target"));
		head.addAll(processes());
		return new ReportTable(title, head, medians().stream().map((result) -> {
			List<String> row = new ArrayList<>(List.of(result.scenario(), result.target()));
			processes().forEach((process) -> row.add(ReportTable.cell(millis.applyAsDouble(result, process))));
			return row;
		}).toList());
	}

	private ReportTable redis() {
		return new ReportTable("What Redis does, a request (commands include those inside scripts)",
				List.of("scenario", "target", "scripts", "commands", "µs in scripts", "each command"),
				medians().stream()
					.filter((result) -> !result.redis().isEmpty())
					.map((result) -> List.of(result.scenario(), result.target(),
							ReportTable.cell(result.redisScripts()), ReportTable.cell(result.redisCommands()),
							ReportTable.cell(result.redisScriptMicros()), eachCommand(result)))
					.toList());
	}

	/** Those of which there is at least one in a hundred requests. */
	private static String eachCommand(Result result) {
		return result.redis()
			.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().calls() * 100 >= result.requests())
			.map((entry) -> entry.getKey() + " "
					+ ReportTable.cell((double) entry.getValue().calls() / result.requests()))
			.collect(Collectors.joining(", "));
	}

	private ReportTable memory() {
		return new ReportTable("Most memory resident, in MiB", List.of("process", "MiB"),
				processes().stream()
					.map((process) -> List.of(process,
							ReportTable.cell(this.results.stream()
								.mapToDouble((result) -> result.peakMebibytes().getOrDefault(process, 0.0))
								.max()
								.orElse(0))))
					.toList());
	}

	/** Round by round, each baseline against the run of ours just before it. */
	private List<ReportTable> ratios() {
		List<Result> ours = of("ours");
		List<List<String>> rows = new ArrayList<>();
		for (String baseline : List.of(Rig.BARE, Rig.NGINX)) {
			List<Result> theirs = of(baseline);
			List<Double> cpu = new ArrayList<>();
			List<Double> warm = new ArrayList<>();
			List<Double> speed = new ArrayList<>();
			for (int round = 0; round < Math.min(ours.size(), theirs.size()); round++) {
				cpu.add(ours.get(round).cpu(Rig.GATEWAY) / theirs.get(round).cpu(baseline));
				warm.add(ours.get(round).warmCpu(Rig.GATEWAY) / theirs.get(round).warmCpu(baseline));
				speed.add(ours.get(round).requestsPerSecond() / theirs.get(round).requestsPerSecond());
			}
			if (!cpu.isEmpty()) {
				rows.add(List.of("gateway CPU a request / " + baseline, ReportTable.cell(median(cpu)), each(cpu)));
				rows.add(List.of("the same without compiling", ReportTable.cell(median(warm)), each(warm)));
				rows.add(List.of("requests/s / those through " + baseline, ReportTable.cell(median(speed)),
						each(speed)));
			}
		}
		return rows.isEmpty() ? List.of()
				: List.of(new ReportTable("All cached, ours against baselines of the same round",
						List.of("ratio", "median", "each round"), rows));
	}

	private List<Result> of(String target) {
		return this.results.stream()
			.filter((result) -> result.scenario().equals("all-cached") && result.target().equals(target))
			.toList();
	}

	static String each(List<Double> values) {
		return String.join(", ", values.stream().map(ReportTable::cell).toList());
	}

	static double median(List<Double> values) {
		List<Double> sorted = values.stream().sorted().toList();
		int middle = sorted.size() / 2;
		return (sorted.size() % 2 == 1) ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
	}

	private List<String> processes() {
		return PROCESSES.stream()
			.filter((process) -> this.results.stream().anyMatch((result) -> result.cpuMillis().containsKey(process)))
			.toList();
	}

	private List<Result> medians() {
		Map<String, List<Result>> groups = new LinkedHashMap<>();
		this.results.forEach(
				(result) -> groups.computeIfAbsent(result.scenario() + "\n" + result.target(), (_) -> new ArrayList<>())
					.add(result));
		return groups.values().stream().map((group) -> {
			List<Result> sorted = group.stream().sorted(Comparator.comparing(Result::requestsPerSecond)).toList();
			return sorted.get(sorted.size() / 2);
		}).toList();
	}

	/** SVG by the name of its file. */
	Map<String, String> plots() {
		Map<String, String> plots = new LinkedHashMap<>();
		List<Result> medians = medians();
		plots.put("cpu",
				Plot.bars("CPU time of a request", "ms", processes(),
						medians.stream()
							.map((result) -> new Bar(label(result), processes().stream().map(result::cpu).toList()))
							.toList()));
		plots.put("p99", Plot.bars("99 of 100 requests are answered within", "ms", List.of("p99"),
				medians.stream().map((result) -> new Bar(label(result), List.of(result.p99()))).toList()));
		Map<String, List<Result>> stories = new LinkedHashMap<>();
		medians.stream()
			.filter((result) -> result.target().equals("ours"))
			.forEach(
					(result) -> stories.computeIfAbsent(result.scenario().split("[:,]", 2)[0], (_) -> new ArrayList<>())
						.add(result));
		stories.forEach((story, parts) -> plots.put(story, timeline(story, parts)));
		return plots;
	}

	private static String timeline(String story, List<Result> parts) {
		List<Double> p50 = new ArrayList<>();
		List<Double> p99 = new ArrayList<>();
		parts.forEach((part) -> part.timeline().forEach((second) -> {
			p50.add(second.p50());
			p99.add(second.p99());
		}));
		return Plot.lines(story + ": latency in ms", "seconds", List.of(new Line("p99", p99), new Line("p50", p50)));
	}

	private static String label(Result result) {
		return result.target().equals("ours") ? result.scenario() : result.scenario() + ", " + result.target();
	}

}
