package io.clearview.gateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.clearview.gateway.GatewayApplication;
import io.clearview.kit.testing.TestRedis;

import static io.clearview.kit.testing.Eventually.eventually;

/** A whole gateway in a process of its own, as in use. */
public final class GatewayProcess implements AutoCloseable {

	private static final Duration START_LIMIT = Duration.ofMinutes(2);

	private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final Process process;

	private final int port;

	private final int managementPort;

	private final Path output;

	private GatewayProcess(Process process, int port, int managementPort, Path output) {
		this.process = process;
		this.port = port;
		this.managementPort = managementPort;
		this.output = output;
	}

	/** Starts one with a heap of 384 MB, and waits until it is ready. */
	public static GatewayProcess start(String redisUrl, String classifierUrls, String... settings) {
		int port = TestRedis.freePort();
		int managementPort = TestRedis.freePort();
		List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(),
				"-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", "-cp",
				System.getProperty("java.class.path"), GatewayApplication.class.getName()));
		List<String> all = new ArrayList<>(List.of(settings));
		all.addAll(List.of("server.port=" + port, "management.server.port=" + managementPort));
		command.addAll(List.of(Gateway.arguments(redisUrl, classifierUrls, all.toArray(String[]::new))));
		try {
			Path output = Files.createTempFile("clearview-gateway", ".log");
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(Redirect.to(output.toFile()))
				.start();
			GatewayProcess gateway = new GatewayProcess(process, port, managementPort, output);
			try {
				eventually("ready, or ended", START_LIMIT, () -> !process.isAlive() || gateway.isReady());
				if (!process.isAlive()) {
					throw new AssertionError("The gateway did not start:\n" + gateway.output());
				}
				return gateway;
			}
			catch (AssertionError | RuntimeException ex) {
				gateway.close();
				throw ex;
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private boolean isReady() {
		try {
			return get(this.port, "/health", Duration.ofSeconds(2)).statusCode() == 200;
		}
		catch (IOException _) {
			return false;
		}
	}

	public int port() {
		return this.port;
	}

	/** Asks {@code GET /health}, which must be answered within that time. */
	public HttpResponse<String> health(Duration within) throws IOException {
		return get(this.port, "/health", within);
	}

	/**
	 * The value of a metric, without labels or with those given, on the management port.
	 */
	public double metric(String line) throws IOException {
		return get(this.managementPort, "/actuator/prometheus", Duration.ofSeconds(30)).body()
			.lines()
			.filter((candidate) -> candidate.startsWith(line))
			.mapToDouble((candidate) -> Double.parseDouble(candidate.substring(candidate.lastIndexOf(' ') + 1)))
			.sum();
	}

	private static HttpResponse<String> get(int port, String path, Duration within) throws IOException {
		try {
			return CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
				.timeout(within)
				.header("X-Forwarded-For", Gateway.newAddress())
				.build(), BodyHandlers.ofString());
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Sends SIGTERM. */
	public void terminate() {
		this.process.destroy();
	}

	public boolean isAlive() {
		return this.process.isAlive();
	}

	/** What it printed so far. */
	public String output() {
		try {
			return Files.readString(this.output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Used heap in bytes once everything that can be dropped was. */
	public long liveHeap() throws IOException, InterruptedException {
		Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
		String histogram = new String(
				new ProcessBuilder(jcmd.toString(), Long.toString(this.process.pid()), "GC.class_histogram")
					.redirectErrorStream(true)
					.start()
					.getInputStream()
					.readAllBytes());
		String total = histogram.lines().filter((line) -> line.startsWith("Total")).findFirst().orElseThrow();
		return Long.parseLong(total.strip().split("\\s+")[2]);
	}

	@Override
	public void close() {
		try {
			this.process.destroyForcibly();
			this.process.waitFor(30, TimeUnit.SECONDS);
			Files.deleteIfExists(this.output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
