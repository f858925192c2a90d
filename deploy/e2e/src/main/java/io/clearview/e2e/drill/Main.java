package io.clearview.e2e.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code deploy/e2e/drill}. */
@Command(name = "drill", mixinStandardHelpOptions = true, sortOptions = false,
		description = { "Starts two gateways, two classifiers, both Redis roles and a scripted model,",
				"breaks one part after the other under light load, and prints what users saw." })
public final class Main implements Callable<Integer> {

	@Option(names = "--short", description = "a few seconds a row, as in the build; else about a minute")
	private boolean quick;

	@Option(names = "--only", paramLabel = "TEXT", description = "only rows that contain this, for example redis-state")
	private String only = "";

	@Option(names = "--out", paramLabel = "FILE", description = "where the table is written, in Markdown")
	private Path out = Drill.directory(root()).resolve("drill.md");

	private Main() {
	}

	public static void main(String[] args) {
		System.exit(new CommandLine(new Main()).execute(args));
	}

	@Override
	public Integer call() throws IOException {
		Pace pace = this.quick ? Pace.SHORT : Pace.LONG;
		List<Scene> scenes = Scenes.all()
			.stream()
			.filter((scene) -> (scene.broken() + " " + scene.how()).contains(this.only))
			.toList();
		Path directory = Drill.directory(root());
		System.out.println("Starting two gateways, two classifiers, two Redis and a model (logs: "
				+ directory.resolve("run/logs") + ")");
		try (Fleet fleet = Fleet.start(root(), directory.resolve("run"), directory.resolve("apps"), pace)) {
			System.out.println(scenes.size() + " rows at " + pace.perSecond() + " requests a second, half of them "
					+ "with a post that nobody sent before");
			List<Finding> findings = new Drill(pace, fleet).run(scenes,
					(finding) -> System.out.println(Table.line(finding)));
			Files.createDirectories(this.out.toAbsolutePath().getParent());
			Files.writeString(this.out, Table.markdown(findings));
			System.out.println("Table: " + this.out);
			return findings.stream().allMatch((finding) -> finding.problems().isEmpty()) ? 0 : 1;
		}
	}

	private static Path root() {
		return Path.of(System.getProperty("clearview.root", ".")).toAbsolutePath().normalize();
	}

}
