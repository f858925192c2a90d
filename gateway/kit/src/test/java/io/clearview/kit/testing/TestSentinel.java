package io.clearview.kit.testing;

import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import redis.embedded.RedisExecProvider;

import static io.clearview.kit.testing.Eventually.eventually;

/** A real Sentinel that watches one server under the name {@code clearview}. */
public final class TestSentinel implements AutoCloseable {

	private final int port;

	private final String password;

	private final Process process;

	private TestSentinel(int port, String password, Process process) {
		this.port = port;
		this.password = password;
		this.process = process;
	}

	/**
	 * Starts one.
	 * @param primary which it watches
	 * @param password of the servers, and its own
	 */
	public static TestSentinel of(TestRedis primary, String password) {
		try {
			int port = TestRedis.freePort();
			Path file = Files.createTempFile("sentinel", ".conf");
			file.toFile().deleteOnExit();
			Files.write(file, List.of("port " + port, "bind 127.0.0.1", "requirepass " + password,
					"sentinel monitor clearview " + primary.address().replace(':', ' ') + " 1",
					"sentinel auth-pass clearview " + password, "sentinel down-after-milliseconds clearview 60000"));
			File program = RedisExecProvider.defaultProvider().get();
			Process process = new ProcessBuilder(program.getPath(), file.toString(), "--sentinel")
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
			TestSentinel sentinel = new TestSentinel(port, password, process);
			try {
				eventually("a Sentinel", () -> sentinel.ask("SENTINEL MASTERS").contains("clearview"));
			}
			catch (RuntimeException ex) {
				sentinel.close();
				throw ex;
			}
			return sentinel;
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

	/** Host and port. */
	public String address() {
		return "127.0.0.1:" + this.port;
	}

	/** Waits until it knows a replica that could take over. */
	public void awaitReplica() {
		eventually("a replica", () -> ask("SENTINEL REPLICAS clearview").contains("master-link-status\r\n$2\r\nok"));
	}

	/** Has a replica take over, and waits until it has. */
	public void failOver() {
		String before = ask("SENTINEL GET-MASTER-ADDR-BY-NAME clearview");
		eventually("a fail-over begins", () -> ask("SENTINEL FAILOVER clearview").contains("+OK\r\n+OK\r\n"));
		eventually("it is over", () -> !ask("SENTINEL GET-MASTER-ADDR-BY-NAME clearview").equals(before));
	}

	private String ask(String command) {
		try (Socket socket = new Socket("127.0.0.1", this.port)) {
			socket.setSoTimeout(30_000);
			socket.getOutputStream()
				.write(("AUTH " + this.password + "\r\n" + command + "\r\n").getBytes(StandardCharsets.UTF_8));
			socket.shutdownOutput();
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException _) {
			return "";
		}
	}

	@Override
	public void close() {
		this.process.destroy();
		try {
			if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
				this.process.destroyForcibly();
			}
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
		}
	}

}
