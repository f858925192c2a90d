package io.clearview.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a process is started.
 *
 * @param name names its log and pid file
 * @param directory where it runs; made if need be
 * @param command program and arguments
 * @param environment added to this process's own
 * @param scheme of the URL it serves, such as {@code http}
 * @param port where it serves, on the loopback address
 * @param managementPort where it answers about itself; the same as {@code port} when it
 * has no other
 * @param probe tells when it is ready
 */
public record Launch(String name, Path directory, List<String> command, Map<String, String> environment, String scheme,
		int port, int managementPort, Probe probe) {

	public Launch {
		command = List.copyOf(command);
		environment = Map.copyOf(environment);
	}

}
