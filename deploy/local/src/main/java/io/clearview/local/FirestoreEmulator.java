package io.clearview.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A Firestore emulator beside a local stack, and what makes a service use it as its
 * durable store. Needs Node.js and npm. It keeps everything in memory.
 */
final class FirestoreEmulator {

	private static final String NAME = "firestore";

	private FirestoreEmulator() {
	}

	/**
	 * Sets it up; it is not started.
	 * @param root of the project
	 */
	static ManagedProcess of(Path root, RunDirectory run, int port) {
		List<String> command = List.of(root.resolve("deploy/firestore/emulator").toString(), Integer.toString(port));
		return new ManagedProcess(run,
				new Launch(NAME, run.home(NAME), command, Map.of(), "http", port, port, Probe.connection()));
	}

	/** The settings of a service that uses the emulator at a port. */
	static Map<String, String> settings(Path root, int port) {
		return Map.of("clearview.durable.kind", "firestore", "clearview.durable.project", "clearview-local",
				"clearview.durable.emulator", Ports.LOOPBACK + ":" + port, "clearview.durable.libraries",
				root.resolve("gateway/firestore/target/libraries").toString());
	}

}
