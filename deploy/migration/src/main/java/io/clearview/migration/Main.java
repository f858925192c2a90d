package io.clearview.migration;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import io.clearview.e2e.Directories;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code deploy/migration/rehearse}. */
@Command(name = "deploy/migration/rehearse", mixinStandardHelpOptions = true, sortOptions = false,
		description = { "Plays the migration of docs/migration.md, every step with its roll-back: a stand-in for the "
				+ "old backend, this system, nginx before both, and users who go on reading. Prints what they saw. "
				+ "Ends with status 1 when somebody was locked out, a label was lost, or a quota is wrong. Needs nginx." })
final class Main implements Callable<Integer> {

	@Option(names = "--short",
			description = "The most important steps, a minute or two; else all, a quarter of an hour.")
	private boolean quick;

	@Option(names = "--out", paramLabel = "FILE",
			description = "Where the table is written, in Markdown (default: target/rehearsal.md beside this command).")
	private Path out = target().resolve("rehearsal.md");

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
		if (!Front.canRun()) {
			say("nginx is needed and was not found: install it (Debian: apt install nginx)");
			return 2;
		}
		Path run = Directories.without(target().resolve(this.quick ? "run-short" : "run"));
		Pace pace = this.quick ? Pace.SHORT : Pace.WHOLE;
		say("Starting the new system, nginx and a stand-in for the old backend (logs: " + run.resolve("logs") + ")");
		try (Rehearsal rehearsal = new Rehearsal(Directories.root(), run, target().resolve("apps"), pace, this::say)) {
			if (this.quick) {
				rehearsal.playShort();
			}
			else {
				rehearsal.playWhole();
			}
			return report(rehearsal);
		}
	}

	private int report(Rehearsal rehearsal) throws IOException {
		StringBuilder text = new StringBuilder(Table.markdown(rehearsal.findings()));
		rehearsal.notes().forEach((note) -> text.append("\n- ").append(note));
		rehearsal.problems().forEach((problem) -> text.append("\n- **not as it must be**: ").append(problem));
		Files.createDirectories(this.out.toAbsolutePath().getParent());
		Files.writeString(this.out, text.append('\n'));
		say("Table: " + this.out);
		rehearsal.problems().forEach((problem) -> say("BAD  " + problem));
		boolean good = rehearsal.problems().isEmpty() && rehearsal.findings().stream().allMatch(Finding::asItMustBe);
		say(good ? "No user was locked out, no label lost, and quotas were right, at every step and after every roll-back"
				: "Not as it must be: see above");
		return good ? 0 : 1;
	}

	private void say(String line) {
		PrintWriter terminal = this.spec.commandLine().getOut();
		terminal.println(line);
		terminal.flush();
	}

	static Path target() {
		return Directories.root().resolve("deploy/migration/target");
	}

}
