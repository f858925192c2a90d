package io.clearview.kit.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import redis.embedded.RedisServer;
import redis.embedded.RedisServerBuilder;

/**
 * A real Redis for one test class, on a free port, that can be stopped, hung and brought
 * back: {@code @RegisterExtension static final TestRedis redis = new TestRedis()}.
 */
public final class TestRedis implements RedisAddress, BeforeAllCallback, AfterAllCallback {

	private final int port = freePort();

	private final String[] settings;

	private @Nullable RedisServer server;

	private long pid;

	private boolean hung;

	private boolean durable;

	/**
	 * A server.
	 * @param settings more lines of its configuration
	 */
	public TestRedis(String... settings) {
		this.settings = settings;
	}

	/** One that comes back with everything it had. */
	public static TestRedis durable() {
		try {
			TestRedis redis = new TestRedis("dir " + Files.createTempDirectory("clearview-redis"));
			redis.durable = true;
			return redis;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		start();
	}

	@Override
	public void afterAll(ExtensionContext context) {
		stop();
	}

	@Override
	public String url() {
		return "redis://" + address();
	}

	/** Host and port. */
	public String address() {
		return "127.0.0.1:" + this.port;
	}

	/** Starts it, empty, unless it runs. */
	@Override
	public void start() {
		if (this.server != null) {
			return;
		}
		try {
			RedisServerBuilder builder = RedisServer.builder()
				.port(this.port)
				.bind("127.0.0.1")
				.setting("save \"\"")
				.setting("appendonly no");
			for (String setting : this.settings) {
				builder.setting(setting);
			}
			RedisServer started = builder.build();
			started.start();
			this.server = started;
			Matcher matcher = Pattern.compile("process_id:(\\d+)").matcher(ask("INFO server"));
			if (!matcher.find()) {
				throw new IllegalStateException("no process id");
			}
			this.pid = Long.parseLong(matcher.group(1));
		}
		catch (Exception ex) {
			throw new IllegalStateException("Redis did not start", ex);
		}
	}

	/** Ends it: connections break. */
	@Override
	public void stop() {
		resume();
		RedisServer running = this.server;
		if (running != null) {
			if (this.durable) {
				ask("SAVE");
			}
			ProcessHandle.of(this.pid).ifPresent((process) -> {
				process.destroy();
				process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
				process.destroyForcibly();
			});
			// waits for the process without a limit, hence after its end
			running.stop();
			this.server = null;
		}
	}

	/** Ends it at once (SIGKILL), so that it can do nothing any more. */
	public void kill() {
		RedisServer running = this.server;
		if (running != null) {
			signal("-KILL");
			ProcessHandle.of(this.pid)
				.ifPresent((process) -> process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join());
			running.stop();
			this.hung = false;
			this.server = null;
		}
	}

	/** Hangs it: connections stay, nothing answers. */
	public void hang() {
		signal("-STOP");
		this.hung = true;
	}

	/** Ends the hanging. */
	public void resume() {
		if (this.hung) {
			signal("-CONT");
			this.hung = false;
		}
	}

	/** Empties it. */
	public void flush() {
		ask("FLUSHALL");
	}

	/**
	 * Runs one command, with arguments that have no spaces, and returns the raw answer.
	 */
	public String ask(String command) {
		try (Socket socket = new Socket("127.0.0.1", this.port)) {
			socket.setSoTimeout(30_000);
			socket.getOutputStream().write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.UTF_8));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** How often Redis ran a command, as {@code INFO commandstats} counts. */
	public long calls(String command) {
		Matcher matcher = Pattern.compile("cmdstat_" + command + ":calls=(\\d+)").matcher(ask("INFO commandstats"));
		return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
	}

	private void signal(String signal) {
		try {
			int exit = new ProcessBuilder("kill", signal, Long.toString(this.pid)).inheritIO().start().waitFor();
			if (exit != 0) {
				throw new IllegalStateException("kill " + signal + " exited with " + exit);
			}
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException("Cannot send " + signal, ex);
		}
	}

	/** A port nobody listens on at the moment. */
	public static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
