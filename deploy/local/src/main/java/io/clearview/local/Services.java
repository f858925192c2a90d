package io.clearview.local;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import org.jspecify.annotations.Nullable;

/**
 * Starts Spring Boot services with their settings in files, where {@code ps} shows none.
 */
final class Services {

	private Services() {
	}

	/**
	 * A service that runs in a directory of its own, where Spring Boot finds, each
	 * winning over the one before it: what the jar says, {@code application.*} (the
	 * user's), and {@code config/application.properties} (how the stack is wired).
	 */
	static ManagedProcess service(RunDirectory run, String name, AppImage app, List<String> jvmOptions, int port,
			Map<String, String> settings, @Nullable Path userConfiguration) {
		int managementPort = Ports.free();
		Properties properties = new Properties();
		properties.put("server.port", Integer.toString(port));
		properties.put("server.address", Ports.LOOPBACK);
		properties.put("management.server.port", Integer.toString(managementPort));
		properties.put("management.server.address", Ports.LOOPBACK);
		properties.putAll(settings);
		try {
			Path home = run.home(name);
			StringWriter text = new StringWriter();
			properties.store(text, null);
			Secrets.write(home.resolve("config").resolve("application.properties"), text.toString());
			for (String extension : List.of("yml", "yaml", "properties")) {
				Files.deleteIfExists(home.resolve("application." + extension));
			}
			if (userConfiguration != null) {
				String file = userConfiguration.getFileName().toString();
				Files.copy(userConfiguration, home.resolve("application" + file.substring(file.lastIndexOf('.'))),
						StandardCopyOption.REPLACE_EXISTING);
			}
		}
		catch (IOException ex) {
			throw new StackException("Cannot write the settings of " + name + ": " + ex.getMessage(), ex);
		}
		List<String> command = new ArrayList<>();
		command.add(AppImage.JAVA);
		command.addAll(jvmOptions);
		command.addAll(List.of("-jar", app.jar().toString()));
		return new ManagedProcess(run, new Launch(name, run.home(name), command, Map.of(), "http", port, managementPort,
				Probe.http("/actuator/health/readiness")));
	}

}
