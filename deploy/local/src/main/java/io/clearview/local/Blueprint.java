package io.clearview.local;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * How every process of a stack is started, kept in the run directory, so that another
 * process can stop one and start it again. Holds no secret: those are in files.
 */
public final class Blueprint {

	private Blueprint() {
	}

	/** Writes the launches, in the order of starting. */
	public static void write(Path file, List<Launch> launches) {
		Properties properties = new Properties();
		properties.setProperty("names", String.join(",", launches.stream().map(Launch::name).toList()));
		for (Launch launch : launches) {
			String prefix = launch.name() + ".";
			properties.setProperty(prefix + "directory", launch.directory().toString());
			properties.setProperty(prefix + "scheme", launch.scheme());
			properties.setProperty(prefix + "port", Integer.toString(launch.port()));
			properties.setProperty(prefix + "management-port", Integer.toString(launch.managementPort()));
			for (int i = 0; i < launch.command().size(); i++) {
				properties.setProperty(prefix + "command." + "%03d".formatted(i), launch.command().get(i));
			}
			launch.environment().forEach((name, value) -> properties.setProperty(prefix + "env." + name, value));
		}
		StringWriter text = new StringWriter();
		try {
			properties.store(text, null);
			Secrets.write(file, text.toString());
		}
		catch (IOException ex) {
			throw new StackException("Cannot write " + file + ": " + ex.getMessage(), ex);
		}
	}

	/** Reads what {@link #write} wrote, in the same order. */
	public static List<Launch> read(Path file) {
		Properties properties = new Properties();
		try (Reader in = Files.newBufferedReader(file)) {
			properties.load(in);
		}
		catch (IOException ex) {
			throw new StackException("Cannot read " + file + ": " + ex.getMessage(), ex);
		}
		List<Launch> launches = new ArrayList<>();
		for (String name : properties.getProperty("names", "").split(",")) {
			if (!name.isEmpty()) {
				launches.add(launch(name, properties));
			}
		}
		return launches;
	}

	private static Launch launch(String name, Properties properties) {
		Map<String, String> command = new TreeMap<>();
		Map<String, String> environment = new LinkedHashMap<>();
		String commands = name + ".command.";
		String variables = name + ".env.";
		for (String key : properties.stringPropertyNames()) {
			if (key.startsWith(commands)) {
				command.put(key, properties.getProperty(key));
			}
			else if (key.startsWith(variables)) {
				environment.put(key.substring(variables.length()), properties.getProperty(key));
			}
		}
		String scheme = required(properties, name + ".scheme");
		return new Launch(name, Path.of(required(properties, name + ".directory")), List.copyOf(command.values()),
				environment, scheme, Integer.parseInt(required(properties, name + ".port")),
				Integer.parseInt(required(properties, name + ".management-port")),
				scheme.equals("redis") ? Probe.redis() : Probe.http("/actuator/health/readiness"));
	}

	private static String required(Properties properties, String key) {
		String value = properties.getProperty(key);
		if (value == null) {
			throw new StackException("The blueprint has no " + key);
		}
		return value;
	}

}
