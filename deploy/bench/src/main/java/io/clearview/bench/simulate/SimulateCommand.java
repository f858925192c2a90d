package io.clearview.bench.simulate;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import io.clearview.bench.report.CommonOptions;
import io.clearview.bench.report.Plot;
import io.clearview.bench.report.Plot.Bar;
import io.clearview.bench.report.Report;
import io.clearview.bench.report.ReportTable;
import io.clearview.bench.workload.Shape;
import io.clearview.classifier.model.local.LocalJudge;
import io.clearview.classifier.model.local.Weights;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code deploy/bench/simulate}. */
@Command(name = "deploy/bench/simulate", mixinStandardHelpOptions = true, sortOptions = false,
		description = "Lives a generated day under the design replaced, then with each measure added, then with "
				+ "this service's own classes on virtual time, and says what the model was asked and what that cost.",
		footer = { "", "Results: target/simulate.md, .json and .svg beside this command." })
public final class SimulateCommand implements Callable<Integer> {

	private static final Duration WINDOW = Duration.ofMillis(100);

	@Option(names = "--scale", defaultValue = "1",
			description = "Part of the 100,000 users who live, 0.001 to 10 (default: ${DEFAULT-VALUE}).")
	private double scale;

	@Option(names = "--instances", defaultValue = "8",
			description = "Of the service, in every design (default: ${DEFAULT-VALUE}).")
	private int instances;

	@Option(names = "--prompt-price", defaultValue = "0.15",
			description = "US dollars a million tokens of questions (default: ${DEFAULT-VALUE}).")
	private double promptPrice;

	@Option(names = "--completion-price", defaultValue = "0.60",
			description = "US dollars a million tokens of answers (default: ${DEFAULT-VALUE}).")
	private double completionPrice;

	@Option(names = "--posts",
			description = "File of labelled posts (task, preference, ALLOW or BLOCK, text; separated by tabs): prints "
					+ "what the embedded model as first stage saves, and which labels it changes, at five settings.")
	private @Nullable Path posts;

	@Mixin
	private CommonOptions common = new CommonOptions();

	@Spec
	@SuppressWarnings("NullAway.Init")
	private CommandSpec spec;

	public static void main(String[] args) {
		System.exit(new CommandLine(new SimulateCommand()).execute(args));
	}

	@Override
	public Integer call() {
		if (this.scale < 0.001 || this.scale > 10) {
			throw new CommandLine.ParameterException(this.spec.commandLine(),
					"--scale must be 0.001 to 10, is " + this.scale);
		}
		PrintWriter terminal = this.spec.commandLine().getOut();
		CascadeSavings cascade = (this.posts != null) ? cascade(this.posts) : null;
		Habits habits = Habits.TYPICAL.scaled(this.scale);
		Day day = Day.of(habits, Habits.FREE, Shape.day(), this.common.seed());
		say(terminal, "a day of %,d requests by %,d users; %,d posts over their quotas are refused",
				day.visits().size(), habits.active(), day.refused());
		List<Bill> bills = live(day, PromptSize.estimated(), terminal);
		Prices prices = new Prices(this.promptPrice, this.completionPrice);
		List<ReportTable> tables = new ArrayList<>(List.of(table(bills, prices)));
		if (cascade != null) {
			tables.add(cascade.table(bills.getLast().judged()));
		}
		for (ReportTable table : tables) {
			terminal.println();
			terminal.println(table.text());
		}
		new Report("simulate", conditions(habits), tables, plots(bills), bills).write(this.common.out());
		terminal.println("Written to " + this.common.out().resolve("simulate.md") + ", .json and .svg");
		terminal.flush();
		return CommandLine.ExitCode.OK;
	}

	/** Reads the posts before the day is lived: a mistake in them shows at once. */
	private CascadeSavings cascade(Path file) {
		try {
			return CascadeSavings.read(file, new LocalJudge(Weights.load()));
		}
		catch (IOException ex) {
			throw new CommandLine.ParameterException(this.spec.commandLine(),
					"--posts cannot be read: " + ex.getMessage(), ex);
		}
	}

	private List<Bill> live(Day day, PromptSize size, PrintWriter terminal) {
		List<Bill> bills = new ArrayList<>();
		for (Design design : Design.measures(this.instances)) {
			bills.add(
					Replay.live(day, design, new Texts(day.feed(), SimulatedFleet.naming()), size, this.common.seed()));
			say(terminal, "%s: %,d calls", design.name(), bills.getLast().calls());
		}
		bills.add(
				SimulatedFleet.live("+ batching: this service", day, this.instances, WINDOW, size, this.common.seed()));
		say(terminal, "%s: %,d calls", bills.getLast().design(), bills.getLast().calls());
		return bills;
	}

	static ReportTable table(List<Bill> bills, Prices prices) {
		Bill old = bills.getFirst();
		return new ReportTable("What a day asks of the model, measure by measure",
				List.of("design", "hit rate", "calls a day", "posts a call", "tokens a day", "$ a day",
						"$/1,000 requests", "calls saved", "cost saved"),
				bills.stream()
					.map((bill) -> List.of(bill.design(), ReportTable.percent(bill.hitRate()),
							ReportTable.cell(bill.calls()), ReportTable.cell(bill.meanBatch()),
							ReportTable.cell(bill.tokens()), ReportTable.cell(bill.cost(prices)),
							ReportTable.cell(bill.cost(prices) * 1000 / bill.requests()),
							ReportTable.percent(1 - (double) bill.calls() / old.calls()),
							ReportTable.percent(1 - bill.cost(prices) / old.cost(prices))))
					.toList());
	}

	private static Map<String, String> plots(List<Bill> bills) {
		return Map.of("calls", Plot.bars("Calls to the model", "thousands a day", List.of("calls"),
				bills.stream().map((bill) -> new Bar(bill.design(), List.of(bill.calls() / 1000.0))).toList()));
	}

	private String conditions(Habits habits) {
		return String.format(Locale.ROOT,
				"%,d users, %,d of them active; %d instances; %s; %s; $%.2f and $%.2f a million tokens of questions "
						+ "and answers; seed %d",
				habits.users(), habits.active(), this.instances, habits, Shape.day(), this.promptPrice,
				this.completionPrice, this.common.seed());
	}

	private static void say(PrintWriter terminal, String format, Object... arguments) {
		terminal.printf(Locale.ROOT, format + "%n", arguments);
		terminal.flush();
	}

}
