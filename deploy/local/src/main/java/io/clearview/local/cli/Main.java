package io.clearview.local.cli;

import java.io.PrintWriter;
import java.nio.file.Path;

import io.clearview.local.StackException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Runs a command, and turns every failure into one line and an exit status. */
@Command(name = "clearview", subcommands = { Up.class, Down.class, MakeCaches.class })
public final class Main {

	private Main() {
	}

	public static void main(String[] args) {
		System.exit(run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
	}

	static int run(PrintWriter out, PrintWriter err, String... args) {
		CommandLine line = new CommandLine(new Main());
		line.setOut(out);
		line.setErr(err);
		line.setParameterExceptionHandler((ex, _) -> {
			err.println(oneLine(ex) + " (deploy/local/" + ex.getCommandLine().getCommandName()
					+ " --help tells what there is)");
			return CommandLine.ExitCode.USAGE;
		});
		line.setExecutionExceptionHandler((ex, _, _) -> {
			err.println((ex instanceof StackException) ? oneLine(ex) : "A fault in the launcher: " + ex);
			return CommandLine.ExitCode.SOFTWARE;
		});
		return line.execute(args);
	}

	private static String oneLine(Exception ex) {
		return String.valueOf(ex.getMessage()).replaceAll("\\s*\\R\\s*", " ");
	}

	/** The project's root, which the shell front knows. */
	static Path root() {
		return Path.of(System.getProperty("clearview.root", ".")).toAbsolutePath().normalize();
	}

	/** Where a stack is kept when nothing else is said. */
	static Path defaultDirectory() {
		return root().resolve("deploy/local/run");
	}

}
