package io.clearview.classifier.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import redis.embedded.RedisServer;
import redis.embedded.RedisServerBuilder;

/**
 * A real Redis for one test class, on a free port, that can be stopped, frozen and
 * brought back:
 * {@code @RegisterExtension static final TestRedis redis = new TestRedis()}.
 */
public final class TestRedis implements RedisAddress, BeforeAllCallback, AfterAllCallback {

	private final int port = freePort();

	private final String[] settings;

	private RedisServer server;

	private long pid;

	private boolean frozen;

	/**
	 * A server.
	 * @param settings more lines of its configuration
	 */
	public TestRedis(String... settings) {
		this.settings = settings;
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

	String address() {
		return "127.0.0.1:" + this.port;
	}

	@Override
	public void start() {
		try {
			RedisServerBuilder builder = RedisServer.builder()
				.port(this.port)
				.bind("127.0.0.1")
				.setting("save \"\"")
				.setting("appendonly no");
			for (String setting : this.settings) {
				builder.setting(setting);
			}
			this.server = builder.build();
			this.server.start();
			Matcher matcher = Pattern.compile("process_id:(\\d+)").matcher(ask("INFO server"));
			matcher.find();
			this.pid = Long.parseLong(matcher.group(1));
		}
		catch (Exception ex) {
			throw new IllegalStateException("Redis did not start", ex);
		}
	}

	@Override
	public void stop() {
		thaw();
		try {
			ProcessHandle process = ProcessHandle.of(this.pid).orElse(null);
			if (process != null) {
				process.destroy();
				process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
				process.destroyForcibly();
			}
			// waits for the process however long that takes, so only now
			this.server.stop();
		}
		catch (Exception ex) {
			throw new IllegalStateException("Redis did not stop", ex);
		}
	}

	/** Hangs it: connections stay, nothing answers. */
	public void freeze() {
		signal("-STOP");
		this.frozen = true;
	}

	/** Ends the hanging. */
	public void thaw() {
		if (this.frozen) {
			signal("-CONT");
			this.frozen = false;
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
			// asked of one that is frozen, it must not wait for ever
			socket.setSoTimeout(20_000);
			socket.getOutputStream().write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.UTF_8));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Both roles on this one server, as a service instance has them. */
	public Roles connect(MeterRegistry meters) {
		return Roles.of(this, this, meters);
	}

	private void signal(String signal) {
		try {
			new ProcessBuilder("kill", signal, Long.toString(this.pid)).inheritIO().start().waitFor();
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException("Cannot send " + signal, ex);
		}
	}

	static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
