package io.clearview.observability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.clearview.bench.traffic.Assertions;
import io.clearview.bench.traffic.BenchUser;
import io.clearview.bench.traffic.Credential;
import io.clearview.local.KeyRings;
import io.clearview.local.Ports;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One service by itself, as production runs it, whose console is a pipe that is read only
 * in the end. Its Redis is not there, and the gateway has no classifier.
 */
final class ServiceProcess implements AutoCloseable {

	static final String GATEWAY = "gateway";

	static final String CLASSIFIER = "classifier-service";

	private static final Duration TIMEOUT = Duration.ofSeconds(90);

	private static final int USERS = 50;

	private static final String POST = "{\"posts\":[{\"hash\":\"post_1\",\"content\":\"" + Story.POST
			+ "\"}],\"preference\":\"" + Story.WISH + "\"}";

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final String module;

	private final Path keys;

	private final List<Credential> users;

	private final int port = Ports.free();

	private final int managementPort = Ports.free();

	private final Process process;

	/**
	 * Starts one.
	 * @param keys where it finds its key rings, which are made if they are not there
	 * @param settings of its own
	 */
	ServiceProcess(Path keys, String module, String... settings) throws IOException {
		this.module = module;
		this.keys = keys;
		for (String ring : List.of("identity", "device", "token")) {
			KeyRings.ensure(keys.resolve(ring), Clock.systemUTC());
		}
		this.users = new Assertions(keys.resolve("identity"), Clock.systemUTC())
			.introduce(IntStream.rangeClosed(1, USERS).mapToObj(ServiceProcess::user).toList());
		int nobody = Ports.free();
		List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-XX:+UseSerialGC",
				"-XX:TieredStopAtLevel=1", "-jar", app(module).toString(), "--spring.profiles.active=production",
				"--server.address=127.0.0.1", "--management.server.address=127.0.0.1", "--server.port=" + this.port,
				"--management.server.port=" + this.managementPort,
				"--clearview.identity.keys=" + keys.resolve("identity"),
				"--clearview.device.keys=" + keys.resolve("device"), "--clearview.token.keys=" + keys.resolve("token"),
				"--clearview.trusted-proxies=1", "--clearview.warm-up.time=0s", "--clearview.redis.startup=0s",
				"--spring.data.redis.url=redis://127.0.0.1:" + nobody,
				"--clearview.redis.state.url=redis://127.0.0.1:" + nobody,
				"--clearview.redis.cache.url=redis://127.0.0.1:" + nobody, "--clearview.quota.tiers.free.daily=1000000",
				"--clearview.quota.tiers.free.burst=1000000"));
		command.addAll(List.of(settings));
		this.process = new ProcessBuilder(command).redirectInput(Path.of("/dev/null").toFile())
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
	}

	private static BenchUser user(int number) {
		return new BenchUser("%02x%062x".formatted(number, number), "", new byte[0]);
	}

	private static Path app(String module) throws IOException {
		try (Stream<Path> files = Files.list(Project.ROOT.resolve(module).resolve("target"))) {
			return files.filter((file) -> file.toString().endsWith("-app.jar")).findFirst().orElseThrow();
		}
	}

	void awaitReady() {
		Waiting.until(this.module + " is ready", () -> {
			try {
				return Http
					.send(HttpRequest.newBuilder(
							URI.create("http://127.0.0.1:" + this.managementPort + "/actuator/health/readiness")))
					.statusCode() == 200;
			}
			catch (IOException _) {
				return false;
			}
		});
	}

	/** A request that is answered 200. */
	CompletableFuture<Integer> good(int number) {
		if (this.module.equals(GATEWAY)) {
			return send(request("/health", number));
		}
		HttpRequest.Builder request = request("/classify", number).header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(POST));
		new String(this.users.get(number % USERS).headers(), StandardCharsets.US_ASCII).lines()
			.map((line) -> line.split(": "))
			.forEach((header) -> request.header(header[0], header[1]));
		return send(request);
	}

	/** A request that is answered 404. */
	CompletableFuture<Integer> bad(int number) {
		return send(request("/nowhere", number));
	}

	/**
	 * From a network of its own, so that no limit is met; and as the gateway sends it,
	 * part of a trace that is not sampled.
	 */
	private HttpRequest.Builder request(String path, int number) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path))
			.header("traceparent", "00-%032x-%016x-00".formatted(number + 1, number + 1))
			.header("X-Forwarded-For", "10." + (number >> 8) + "." + (number & 255) + ".1");
	}

	private CompletableFuture<Integer> send(HttpRequest.Builder request) {
		return this.client.sendAsync(request.build(), BodyHandlers.discarding())
			.thenApply((response) -> response.statusCode())
			.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
	}

	/** Everything that it says of itself, as Prometheus reads it. */
	String metrics() throws IOException {
		return Http.text("http://127.0.0.1:" + this.managementPort + "/actuator/prometheus");
	}

	/** Tells it to stop. */
	void stop() {
		// not Process#destroy, which closes the pipe
		this.process.toHandle().destroy();
	}

	/** What was on its console, which is JSON and shows nothing that nobody may read. */
	List<JsonNode> events() throws IOException {
		String console = CompletableFuture.supplyAsync(this::read)
			.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
			.join();
		List<String> leaks = new LeakScan(Project.secrets(this.keys)).leaks(console);
		if (!leaks.isEmpty()) {
			throw new AssertionError("On the console of " + this.module + ": " + leaks);
		}
		return console.lines().map((line) -> JsonMapper.shared().readTree(line)).toList();
	}

	private String read() {
		try {
			return new String(this.process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** How it ended, once its console was read. */
	int exitValue() throws InterruptedException {
		if (!this.process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
			throw new AssertionError(this.module + " has not ended after " + TIMEOUT);
		}
		return this.process.exitValue();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
		this.client.shutdownNow();
	}

}
