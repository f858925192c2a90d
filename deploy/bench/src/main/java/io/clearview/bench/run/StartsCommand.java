package io.clearview.bench.run;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import io.clearview.bench.report.CommonOptions;
import io.clearview.bench.report.Report;
import io.clearview.bench.report.ReportTable;
import io.clearview.local.AotTraining;
import io.clearview.local.LocalStack;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code deploy/bench/starts}. */
@Command(name = "deploy/bench/starts", mixinStandardHelpOptions = true, sortOptions = false,
		description = "Starts Redis, classifier and gateway again and again, with and without the JVM's AOT cache in "
				+ "turns, and puts each under load as soon as it is ready.")
public final class StartsCommand implements Callable<Integer> {

	private static final String WITH = "with the AOT cache";

	private static final String WITHOUT = "without";

	/** Few, so that signing them up warms nothing up. */
	private static final int USERS = 50;

	@Option(names = "--rounds", defaultValue = "5", description = "Starts of each kind (default: ${DEFAULT-VALUE}).")
	private int rounds;

	@Option(names = "--rate", defaultValue = "50",
			description = "Requests a second after it (default: ${DEFAULT-VALUE}).")
	private double rate;

	@Option(names = "--seconds", defaultValue = "20", description = "Length of the load (default: ${DEFAULT-VALUE}).")
	private int seconds;

	@Mixin
	private CommonOptions common = new CommonOptions();

	@Spec
	@SuppressWarnings("NullAway.Init")
	private CommandSpec spec;

	public static void main(String[] args) {
		System.exit(RunCommand.execute(new StartsCommand(), args));
	}

	@Override
	public Integer call() throws IOException, InterruptedException {
		PrintWriter terminal = this.spec.commandLine().getOut();
		Progress progress = new Progress(terminal, 60 + this.rounds * 2 * (this.seconds + 20));
		Path with = this.common.out().resolve("starts/with");
		progress.say("making the caches");
		if (!AotTraining.run(CommonOptions.root(), with.resolve("training"), with.resolve("apps"))) {
			terminal.println("The AOT caches could not be made; see the logs in " + with.resolve("training"));
			return CommandLine.ExitCode.SOFTWARE;
		}
		progress.step("caches made", 60);
		Map<String, List<Start>> starts = new LinkedHashMap<>();
		for (int round = 0; round < this.rounds; round++) {
			for (String kind : List.of(WITH, WITHOUT)) {
				Path directory = kind.equals(WITH) ? with : this.common.out().resolve("starts/without");
				starts.computeIfAbsent(kind, (_) -> new ArrayList<>()).add(start(kind, directory, progress));
			}
		}
		ReportTable table = table(starts);
		terminal.println();
		terminal.println(table.text());
		List<Result> results = starts.values().stream().flatMap(List::stream).map(Start::load).toList();
		new Report("starts", conditions(), List.of(table), Map.of(), results).write(this.common.out());
		terminal.flush();
		return results.stream().anyMatch((result) -> result.wrong() > 0) ? CommandLine.ExitCode.SOFTWARE
				: CommandLine.ExitCode.OK;
	}

	private Start start(String kind, Path directory, Progress progress) {
		int latency = 80;
		RigSettings settings = new RigSettings(CommonOptions.root(), directory, latency, false, null, false,
				LocalStack.JVM_OPTIONS, CommonOptions.root().resolve("deploy/bench/observed.yml"));
		try (Rig rig = new Rig(settings)) {
			rig.start(USERS);
			double startCpu = rig.serviceCpuSeconds();
			progress.step(String.format(Locale.ROOT, "%s: ready after %.1f s", kind, rig.startSeconds()), 20);
			Plan plan = new Plan(this.rate, 10, this.seconds, 0, 1, 1, USERS, latency, this.common.seed());
			Bench bench = new Bench(rig, plan, progress);
			Result load = bench.constant(kind, rig.gateway(), Realistic.traffic(bench, rig.gateway(), 7), this.rate,
					this.seconds);
			return new Start(rig.startSeconds(), startCpu, load);
		}
	}

	private static ReportTable table(Map<String, List<Start>> starts) {
		List<List<String>> rows = new ArrayList<>();
		starts.forEach((kind, each) -> {
			List<Double> ready = each.stream().map(Start::seconds).toList();
			List<Double> p99 = each.stream().map((start) -> start.load().p99()).toList();
			rows.add(List.of(kind, ReportTable.cell(Summary.median(ready)), Summary.each(ready),
					ReportTable.cell(Summary.median(each.stream().map(Start::cpuSeconds).toList())),
					ReportTable.cell(Summary.median(each.stream().map((start) -> start.load().p50()).toList())),
					ReportTable.cell(Summary.median(p99)), Summary.each(p99),
					Long.toString(each.stream().mapToLong((start) -> start.load().errors()).sum())));
		});
		return new ReportTable("From start to ready, and the first seconds under load",
				List.of("start", "ready s", "each", "CPU s of both services", "p50 ms", "p99 ms", "each", "errors"),
				rows);
	}

	private String conditions() {
		return String.format(Locale.ROOT,
				"%d cores, everything on one machine; %,.0f requests/s of 10 posts for %d s; JVMs with %s",
				Runtime.getRuntime().availableProcessors(), this.rate, this.seconds,
				String.join(" ", LocalStack.JVM_OPTIONS));
	}

	/**
	 * One start.
	 *
	 * @param seconds until every part was ready
	 * @param cpuSeconds that gateway and classifier had taken by then
	 * @param load what followed
	 */
	private record Start(double seconds, double cpuSeconds, Result load) {
	}

}
