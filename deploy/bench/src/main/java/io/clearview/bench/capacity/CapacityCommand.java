package io.clearview.bench.capacity;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;

import io.clearview.bench.report.ReportTable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code deploy/bench/capacity}. */
@Command(name = "deploy/bench/capacity", mixinStandardHelpOptions = true, sortOptions = false, showDefaultValues = true,
		description = "Says what a number of people a day needs: pods, Redis shards, Firestore writes and money. The "
				+ "defaults are what deploy/bench/run and deploy/bench/simulate measured; docs/capacity.md explains them.")
public final class CapacityCommand implements Callable<Integer> {

	@Option(names = "--people", split = ",", defaultValue = "100000,1000000,10000000,100000000",
			description = "Who use it on one day, one column each.")
	private List<Long> people = new ArrayList<>();

	@Option(names = "--requests", defaultValue = "80", description = "A person and day.")
	private double requests;

	@Option(names = "--peak", defaultValue = "3", description = "Busiest second, as a multiple of the mean.")
	private double peak;

	@Option(names = "--gateway-ms", defaultValue = "0.24", description = "CPU milliseconds a request.")
	private double gateway;

	@Option(names = "--classifier-ms", defaultValue = "0.25", description = "CPU milliseconds a request.")
	private double classifier;

	@Option(names = "--redis-ms", defaultValue = "0.20", description = "CPU milliseconds a request, both roles.")
	private double redis;

	@Option(names = "--redis-state-share", defaultValue = "0.75", description = "Of them, redis-state's share.")
	private double stateShare;

	@Option(names = "--bytes-out", defaultValue = "1500", description = "Bytes to the client a request.")
	private double bytesOut;

	@Option(names = "--state-bytes", defaultValue = "2000", description = "Memory of redis-state a person.")
	private double stateBytes;

	@Option(names = "--verdict-bytes", defaultValue = "180", description = "Memory of redis-cache a verdict.")
	private double verdictBytes;

	@Option(names = "--new-verdicts", defaultValue = "0.73", description = "A request.")
	private double verdicts;

	@Option(names = "--model-dollars", defaultValue = "0.000022", description = "US dollars a request.")
	private double modelDollars;

	@Option(names = "--firestore-writes", defaultValue = "55", description = "A person and day; 0 where it is off.")
	private double writes;

	@Option(names = "--core-hour", defaultValue = "0.05", description = "US dollars.")
	private double coreHour;

	@Option(names = "--shard-hour", defaultValue = "0.40", description = "US dollars, with a replica.")
	private double shardHour;

	@Option(names = "--gigabyte-out", defaultValue = "0.08", description = "US dollars.")
	private double gigabyteOut;

	@Option(names = "--million-writes", defaultValue = "1.80", description = "US dollars, of Firestore.")
	private double millionWrites;

	@Spec
	@SuppressWarnings("NullAway.Init")
	private CommandSpec spec;

	public static void main(String[] args) {
		System.exit(new CommandLine(new CapacityCommand()).execute(args));
	}

	@Override
	public Integer call() {
		for (long number : this.people) {
			if (number < 1 || number > 10_000_000_000L) {
				throw new CommandLine.ParameterException(this.spec.commandLine(),
						"--people must be 1 to 10,000,000,000, is " + number);
			}
		}
		if (this.peak < 1 || this.requests <= 0 || this.stateShare < 0 || this.stateShare > 1) {
			throw new CommandLine.ParameterException(this.spec.commandLine(),
					"expected --peak of at least 1, --requests above 0, --redis-state-share of 0 to 1");
		}
		PrintWriter out = this.spec.commandLine().getOut();
		out.println(table().markdown());
		out.flush();
		return CommandLine.ExitCode.OK;
	}

	private ReportTable table() {
		Costs costs = new Costs(this.gateway, this.classifier, this.redis, this.stateShare, this.bytesOut,
				this.stateBytes, this.verdictBytes, this.verdicts, this.modelDollars, this.writes);
		CapacityPrices prices = new CapacityPrices(this.coreHour, this.shardHour, this.gigabyteOut, this.millionWrites);
		List<Load> loads = this.people.stream().map((number) -> new Load(number, this.requests, this.peak)).toList();
		List<String> head = new ArrayList<>(List.of("people a day"));
		loads.forEach((load) -> head.add(ReportTable.cell((double) load.people())));
		List<CapacityPlan> plans = loads.stream().map((load) -> CapacityPlan.of(load, costs, prices)).toList();
		List<List<String>> rows = new ArrayList<>();
		rows.add(row("requests a second, mean", loads, (load) -> load.peakRate() / load.peak()));
		rows.add(row("requests a second, busiest", loads, Load::peakRate));
		rows.add(row("gateways of one core", plans, (plan) -> (double) plan.gateways()));
		rows.add(row("classifiers of one core", plans, (plan) -> (double) plan.classifiers()));
		rows.add(row("redis-state, shards", plans, (plan) -> (double) plan.stateShards()));
		rows.add(row("redis-state, GB", plans, CapacityPlan::stateGigabytes));
		rows.add(row("redis-cache, shards", plans, (plan) -> (double) plan.cacheShards()));
		rows.add(row("redis-cache, GB", plans, CapacityPlan::cacheGigabytes));
		rows.add(row("Gbit/s to clients, busiest", plans, CapacityPlan::gigabitsOut));
		rows.add(row("Firestore, million writes a day", plans, (plan) -> plan.writesOfDay() / 1e6));
		rows.add(row("Firestore, writes a second, busiest", plans, CapacityPlan::writesPerSecond));
		rows.add(row("$ a day, without the model", plans, CapacityPlan::systemDollars));
		rows.add(row("$ a day, model", plans, CapacityPlan::modelDollars));
		return new ReportTable(
				String.format(Locale.ROOT, "%s requests a person and day, busiest second %s times the mean",
						ReportTable.cell(this.requests), ReportTable.cell(this.peak)),
				head, rows);
	}

	private static <T> List<String> row(String name, List<T> columns, Function<T, Double> value) {
		List<String> cells = new ArrayList<>(List.of(name));
		columns.forEach((column) -> cells.add(ReportTable.cell(value.apply(column))));
		return cells;
	}

}
