package io.clearview.e2e.drill;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import io.clearview.e2e.Directories;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code deploy/e2e/drill}. */
@Command(name = "deploy/e2e/drill", mixinStandardHelpOptions = true, sortOptions = false,
		description = { "Starts two gateways, two classifiers, both Redis roles and a scripted model, breaks one "
				+ "part after the other under light load, and prints what users saw. Ends with status 1 when a row "
				+ "is not as designed." })
public final class Main implements Callable<Integer> {

	@Option(names = "--short", description = "A few seconds a row, as in the build; else half a minute.")
	private boolean quick;

	@Option(names = "--rows", split = ",", paramLabel = "ROW", description = "Only these: ${COMPLETION-CANDIDATES}.",
			completionCandidates = Rows.class)
	private List<String> rows = Rows.ALL;

	@Option(names = "--out", paramLabel = "FILE",
			description = "Where the table is written, in Markdown (default: target/drill.md beside this command).")
	private Path out = target().resolve("drill.md");

	@Spec
	@SuppressWarnings("NullAway.Init")
	private CommandSpec spec;

	Main() {
	}

	public static void main(String[] args) {
		System.exit(new CommandLine(new Main()).execute(args));
	}

	@Override
	public Integer call() throws IOException {
		for (String row : this.rows) {
			if (!Rows.ALL.contains(row)) {
				throw new ParameterException(this.spec.commandLine(), "There is no row " + row + ", but " + Rows.ALL);
			}
		}
		List<Finding> findings = new ArrayList<>(play(Scenes.all(), false));
		List<Scene> durable = DurableScenes.all();
		if (DurableScenes.canRun()) {
			findings.addAll(play(durable, true));
		}
		else {
			say("Not run, because Node.js and npm are not on the PATH: " + chosen(durable));
		}
		Files.createDirectories(this.out.toAbsolutePath().getParent());
		String table = Table.markdown(findings);
		Files.writeString(this.out, table);
		say(table);
		say("Written to " + this.out);
		return findings.stream().allMatch(Finding::asDesigned) ? 0 : 1;
	}

	private List<Finding> play(List<Scene> all, boolean durable) throws IOException {
		List<Scene> scenes = all.stream().filter((scene) -> this.rows.contains(scene.id())).toList();
		if (scenes.isEmpty()) {
			return List.of();
		}
		Pace pace = this.quick ? Pace.SHORT : Pace.LONG;
		Path run = Directories.without(target().resolve(durable ? "drill-durable" : "drill"));
		say("Starting two gateways, two classifiers, two Redis, " + (durable ? "a durable store " : "")
				+ "and a model (logs: " + run.resolve("logs") + ")");
		try (Fleet fleet = Fleet.start(Directories.root(), run, target().resolve("apps"), pace, durable)) {
			say(scenes.size() + " rows at " + pace.perSecond() + " requests of 5 posts a second, half of them with a "
					+ "post that nobody sent before");
			return new Drill(pace, fleet).run(scenes, (finding) -> say(Table.line(finding)));
		}
	}

	private List<String> chosen(List<Scene> scenes) {
		return scenes.stream().map(Scene::id).filter(this.rows::contains).toList();
	}

	private void say(String line) {
		PrintWriter terminal = this.spec.commandLine().getOut();
		terminal.println(line);
		terminal.flush();
	}

	static Path target() {
		return Directories.root().resolve("deploy/e2e/target");
	}

	/** The names of all rows. */
	static final class Rows implements Iterable<String> {

		static final List<String> ALL = Stream.concat(Scenes.all().stream(), DurableScenes.all().stream())
			.map(Scene::id)
			.toList();

		@Override
		public Iterator<String> iterator() {
			return ALL.iterator();
		}

	}

}
