package io.clearview.bench.run;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.clearview.bench.report.CommonOptions;
import io.clearview.bench.report.Report;
import io.clearview.bench.report.ReportTable;
import io.clearview.local.StackException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code deploy/bench/run}. */
@Command(name = "deploy/bench/run", mixinStandardHelpOptions = true, sortOptions = false,
		description = "Starts the whole system with a stub model, puts it under load and says what it did.",
		footer = { "", "Scenarios:", "  all-cached    every verdict known; closed loop, in turns with each baseline",
				"  realistic     Zipf posts with decay, mixed preferences; open loop",
				"  cold          the same on posts that nobody has seen before",
				"  herd          one new post a second that everybody sees at once",
				"  watching      logs, metrics and traces all on, in turns with all of them off",
				"  deadline      deadlineMs of 150, a model that takes 2 s, the same again 3 s later",
				"  model-outage  the model fails, then is silent, then recovers",
				"  redis-hung    Redis is frozen for a while",
				"  degraded      one part out at a time, against a cached request (only when asked for)",
				"  soak          ten minutes at half of saturation, everything always new (only when asked for)", "",
				"Results: target/bench.md, .json and .svg beside this command." })
public final class RunCommand implements Callable<Integer> {

	private static final List<Scenario> USUAL = List.of(new AllCached(), new Realistic(), new Watching(), new Cold(),
			new Herd(), new DeadlineScenario(), new ModelOutage(), new RedisHung());

	/**
	 * Only when asked for: a soak is long; states of an outage need Redis servers of
	 * their own.
	 */
	private static final List<Scenario> ALL = Stream.concat(USUAL.stream(), Stream.of(new Degraded(), new Soak()))
		.toList();

	@Option(names = "--scenarios", split = ",", paramLabel = "<name>", description = "Which to run (default: all).")
	private List<String> scenarios = new ArrayList<>();

	@Option(names = "--rate", defaultValue = "1000",
			description = "Requests a second in the open loop (default: ${DEFAULT-VALUE}).")
	private double rate;

	@Option(names = "--posts", defaultValue = "10", description = "Posts in a request (default: ${DEFAULT-VALUE}).")
	private int posts;

	@Option(names = "--seconds", defaultValue = "30",
			description = "Length of a measurement; some take a multiple (default: ${DEFAULT-VALUE}).")
	private int seconds;

	@Option(names = "--warm-up", defaultValue = "120",
			description = "Seconds of load for the compilers, not counted (default: ${DEFAULT-VALUE}).")
	private int warmUp;

	@Option(names = "--rounds", defaultValue = "3",
			description = "Turns of ours and each baseline (default: ${DEFAULT-VALUE}).")
	private int rounds;

	@Option(names = "--connections", defaultValue = "32",
			description = "Connections of the closed loop (default: ${DEFAULT-VALUE}).")
	private int connections;

	@Option(names = "--users", defaultValue = "10000",
			description = "Users; few of them ask more often than people do (default: ${DEFAULT-VALUE}).")
	private int users;

	@Option(names = "--model-latency", defaultValue = "80",
			description = "What the stub model takes, in ms, give or take a quarter (default: ${DEFAULT-VALUE}).")
	private int modelLatency;

	@Option(names = "--baselines", negatable = true, defaultValue = "true", fallbackValue = "true",
			description = "Compare with a bare gateway, and nginx if there is one (default: yes).")
	private boolean baselines;

	@Option(names = "--jvm", paramLabel = "<options>",
			description = "Options of every JVM that is measured (default: ${DEFAULT-VALUE}).")
	private String jvm = "-Xms512m -Xmx512m -XX:+UseSerialGC";

	@Option(names = "--config", paramLabel = "<file>",
			description = "Spring configuration of gateway and classifier (default: observed.yml beside this command: "
					+ "logs, metrics and traces as in production).")
	private @Nullable Path configuration;

	@Mixin
	private CommonOptions common = new CommonOptions();

	@Spec
	@SuppressWarnings("NullAway.Init")
	private CommandSpec spec;

	public static void main(String[] args) {
		System.exit(execute(new RunCommand(), args));
	}

	/** Runs a command that starts stacks: what does not come up is told in a line. */
	static int execute(Callable<Integer> command, String... args) {
		return new CommandLine(command).setExecutionExceptionHandler((ex, line, _) -> {
			line.getErr().println((ex instanceof StackException) ? ex.getMessage() : ex.toString());
			return CommandLine.ExitCode.SOFTWARE;
		}).execute(args);
	}

	@Override
	public Integer call() {
		PrintWriter terminal = this.spec.commandLine().getOut();
		List<Scenario> chosen = chosen();
		Plan plan = new Plan(this.rate, this.posts, this.seconds, this.warmUp, this.rounds, this.connections,
				this.users, this.modelLatency, this.common.seed());
		int start = 30 + this.users / 200;
		int warming = chosen.stream().anyMatch(Scenario::warmsUp) ? 0 : this.warmUp / 2;
		Progress progress = new Progress(terminal,
				start + warming + chosen.stream().mapToInt((scenario) -> scenario.seconds(plan)).sum());
		List<Findings> findings = new ArrayList<>();
		Path here = CommonOptions.root().resolve("deploy/bench");
		boolean watching = chosen.stream().anyMatch((scenario) -> scenario instanceof Watching);
		RigSettings settings = new RigSettings(CommonOptions.root(), this.common.out().resolve("rig"),
				this.modelLatency, this.baselines, watching ? here.resolve("unobserved.yml") : null,
				chosen.stream().anyMatch((scenario) -> scenario instanceof Soak || scenario instanceof Degraded),
				List.of(this.jvm.strip().split("\\s+")),
				(this.configuration != null) ? this.configuration : here.resolve("observed.yml"));
		try (Rig rig = new Rig(settings)) {
			Thread stopper = new Thread(rig::close);
			Runtime.getRuntime().addShutdownHook(stopper);
			progress.say("starting Redis, classifier, gateway, stub model" + (this.baselines ? ", baselines" : ""));
			rig.start(this.users);
			progress.step(rig.accounts().size() + " users have their tokens", start);
			Bench bench = new Bench(rig, plan, progress);
			if (warming > 0) {
				bench.unmeasured("warming up", rig.gateway(), Realistic.traffic(bench, rig.gateway(), 7), warming);
			}
			for (Scenario scenario : chosen) {
				progress.say(scenario.name() + ": " + scenario.about());
				findings.add(scenario.run(bench));
			}
			Runtime.getRuntime().removeShutdownHook(stopper);
		}
		return report(plan, findings);
	}

	private int report(Plan plan, List<Findings> findings) {
		PrintWriter terminal = this.spec.commandLine().getOut();
		List<Result> results = findings.stream().flatMap((found) -> found.results().stream()).toList();
		Summary summary = new Summary(results);
		List<ReportTable> tables = new ArrayList<>(summary.tables());
		Map<String, String> plots = new LinkedHashMap<>(summary.plots());
		findings.forEach((found) -> {
			tables.addAll(found.tables());
			plots.putAll(found.plots());
		});
		terminal.println();
		tables.forEach((table) -> terminal.println(table.text()));
		new Report("bench", conditions(plan), tables, plots, results).write(this.common.out());
		terminal.println("Written to " + this.common.out().resolve("bench.md") + ", .json and .svg");
		terminal.flush();
		return results.stream().anyMatch((result) -> result.wrong() > 0) ? CommandLine.ExitCode.SOFTWARE
				: CommandLine.ExitCode.OK;
	}

	private List<Scenario> chosen() {
		if (this.scenarios.isEmpty()) {
			return USUAL;
		}
		return this.scenarios.stream()
			.map((name) -> ALL.stream()
				.filter((scenario) -> scenario.name().equals(name))
				.findFirst()
				.orElseThrow(() -> new CommandLine.ParameterException(this.spec.commandLine(),
						"There is no scenario " + name + "; there are "
								+ ALL.stream().map(Scenario::name).collect(Collectors.joining(", ")))))
			.toList();
	}

	private String conditions(Plan plan) {
		return String.format(Locale.ROOT,
				"%d cores, everything on one machine, load generator included; %,.0f requests/s of %d posts in the "
						+ "open loop, %d connections in the closed one; model at %d ms; %d users; JVMs with %s",
				Runtime.getRuntime().availableProcessors(), plan.rate(), plan.posts(), plan.connections(),
				plan.modelLatency(), plan.users(), this.jvm);
	}

}
