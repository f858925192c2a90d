package io.clearview.local;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The console beside a local stack: a feed to try it on, live dashboards, and buttons
 * that break its parts. A process of its own; no part of the system needs it.
 */
public final class Console {

	/** The name of its process. */
	public static final String NAME = "console";

	private Console() {
	}

	/** The origins from which its pages call the gateway. */
	public static List<String> origins(int port) {
		return List.of("http://localhost:" + port, "http://" + Ports.LOOPBACK + ":" + port);
	}

	/**
	 * Sets it up; it is not started.
	 * @param root of the project, whose module {@code deploy/console} is built
	 * @param port where it serves
	 * @param modelPort where it serves the stand-in model; 0 when the stack has another
	 * model
	 * @param model which model judges, in words
	 */
	public static ManagedProcess of(Path root, LocalStack stack, int port, int modelPort, String model) {
		RunDirectory run = stack.directory();
		Path home = run.home(NAME);
		Blueprint.write(home.resolve("stack.properties"),
				Stream.of(stack.redis(), stack.classifiers(), stack.gateways())
					.flatMap(List::stream)
					.map(ManagedProcess::launch)
					.toList());
		Properties settings = new Properties();
		settings.setProperty("root", root.toString());
		settings.setProperty("run", run.path().toString());
		settings.setProperty("port", Integer.toString(port));
		settings.setProperty("model-port", Integer.toString(modelPort));
		settings.setProperty("model", model);
		try {
			StringWriter text = new StringWriter();
			settings.store(text, null);
			Secrets.write(home.resolve("console.properties"), text.toString());
		}
		catch (IOException ex) {
			throw new StackException("Cannot write the settings of the console: " + ex.getMessage(), ex);
		}
		AppImage app = AppImage.copyOf(root.resolve("deploy/console"), run.apps());
		List<String> command = List.of(AppImage.JAVA, "-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
				"-XX:+ExitOnOutOfMemoryError", "-jar", app.jar().toString(), "console.properties");
		return new ManagedProcess(run,
				new Launch(NAME, home, command, Map.of(), "http", port, port, Probe.http("/ready")));
	}

}
