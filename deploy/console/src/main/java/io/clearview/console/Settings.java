package io.clearview.console;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * What the launcher says.
 *
 * @param root of the project
 * @param run the stack's run directory
 * @param port where the console serves
 * @param modelPort where it serves the stand-in model; 0 when there is another model
 * @param model which model judges, in words
 */
public record Settings(Path root, Path run, int port, int modelPort, String model) {

	/**
	 * Reads the launcher's file.
	 * @throws IllegalArgumentException naming a setting that is missing or wrong
	 */
	public static Settings read(Path file) throws IOException {
		Properties properties = new Properties();
		try (Reader in = Files.newBufferedReader(file)) {
			properties.load(in);
		}
		return new Settings(Path.of(text(properties, "root")), Path.of(text(properties, "run")),
				number(properties, "port"), number(properties, "model-port"), text(properties, "model"));
	}

	private static String text(Properties properties, String name) {
		String value = properties.getProperty(name);
		if (value == null) {
			throw new IllegalArgumentException("The console's settings have no " + name);
		}
		return value;
	}

	private static int number(Properties properties, String name) {
		String value = text(properties, name);
		try {
			return Integer.parseInt(value);
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException(name + " is " + value + ": expected a number", ex);
		}
	}

}
