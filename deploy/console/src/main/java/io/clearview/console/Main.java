package io.clearview.console;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

import io.clearview.console.http.ConsoleServer;
import io.clearview.console.model.SharedWords;
import io.clearview.console.parts.Parts;
import io.clearview.console.query.Monitor;
import io.clearview.local.stub.ScriptedModel;

/** Starts the console as the launcher says. */
public final class Main {

	private Main() {
	}

	public static void main(String[] args) throws IOException {
		Path file = Path.of(args[0]).toAbsolutePath();
		Settings settings = Settings.read(file);
		Parts parts = new Parts(settings.run(), file.resolveSibling("stack.properties"), Clock.systemUTC());
		ScriptedModel model = (settings.modelPort() != 0) ? SharedWords.model(settings.modelPort()) : null;
		Monitor monitor = new Monitor(parts, new ProjectFiles(settings.root()), Clock.systemUTC());
		new ConsoleServer(settings, parts, monitor, model).start();
		parts.watch();
		monitor.watch();
	}

}
