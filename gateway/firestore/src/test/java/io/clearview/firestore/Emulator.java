package io.clearview.firestore;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.clearview.kit.durable.DurableSettings;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** A Firestore emulator in a process of its own, on the loopback. */
final class Emulator implements AutoCloseable {

	private static final int CANNOT_RUN_HERE = 3;

	private final Process process;

	private final int port;

	private Emulator(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	/** Starts one; without Node.js the test is skipped and the report says why. */
	static Emulator start() throws IOException, InterruptedException {
		int port;
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			port = socket.getLocalPort();
		}
		Path program = Path.of("../../deploy/firestore/emulator").toAbsolutePath().normalize();
		if (!Files.exists(program)) {
			throw new IllegalStateException("No file " + program);
		}
		Process process = new ProcessBuilder(program.toString(), Integer.toString(port))
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		BufferedReader output = process.inputReader();
		String line = output.readLine();
		if (line == null) {
			process.waitFor(10, TimeUnit.SECONDS);
			assumeTrue(process.exitValue() != CANNOT_RUN_HERE,
					"Skipped: the Firestore emulator needs Node.js 20, npm and the npm registry; see above");
			throw new IllegalStateException("The emulator ended with " + process.exitValue());
		}
		return new Emulator(process, port);
	}

	DurableSettings settings(Duration timeout) {
		return new DurableSettings(DurableSettings.Kind.FIRESTORE, "clearview-test", "(default)",
				"127.0.0.1:" + this.port, null, timeout, timeout, Duration.ofMillis(200), Duration.ofSeconds(30), 1_000,
				500);
	}

	Process process() {
		return this.process;
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
