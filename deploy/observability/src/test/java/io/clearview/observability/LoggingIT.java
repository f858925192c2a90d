package io.clearview.observability;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
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
import java.util.stream.Stream;

import io.clearview.local.KeyRings;
import io.clearview.local.Ports;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** What a service's console does to the service, and what is on it at the end. */
class LoggingIT {

	/** Many times what a pipe and the queue before it hold. */
	private static final int REQUESTS = 10_000;

	private static final int AT_ONCE = 16;

	private static final Duration PATIENCE = Duration.ofSeconds(90);

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(strings = "gateway")
	void whyItDoesNotStartIsTheLastThingItSays(String module) throws Exception {
		Process process = start(module, "--server.port=nonsense");
		List<JsonNode> events = events(process.getInputStream());
		assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).isNotZero();
		assertThat(events).isNotEmpty();
		assertThat(events.getLast().path("level").asString()).isEqualTo("ERROR");
		assertThat(events.getLast().path("message").asString()).contains("server.port", "nonsense");
	}

	/**
	 * Its output is a pipe that nobody reads until the end: everybody is answered all the
	 * same, and what was still queued is written when it is told to stop.
	 */
	@ParameterizedTest
	@ValueSource(strings = "gateway")
	void aConsoleThatTakesNothingHoldsNobodyUp(String module) throws Exception {
		int port = Ports.free();
		int managementPort = Ports.free();
		Process process = start(module, "--server.port=" + port, "--management.server.port=" + managementPort);
		try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
			Waiting.until(module + " is ready",
					() -> status(client, managementPort, "/actuator/health/readiness", 0) == 200);
			for (int sent = 0; sent < REQUESTS; sent += AT_ONCE) {
				List<CompletableFuture<Integer>> answers = new ArrayList<>();
				for (int i = 0; i < AT_ONCE; i++) {
					answers.add(later(client, port, sent + i));
				}
				assertThat(answers).allSatisfy((answer) -> assertThat(answer).succeedsWithin(PATIENCE).isEqualTo(404));
			}
			// not Process#destroy, which closes the pipe
			process.toHandle().destroy();
			List<JsonNode> events = events(process.getInputStream());
			assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
			assertThat(events).hasSizeBetween(100, REQUESTS);
		}
		finally {
			process.destroyForcibly();
		}
	}

	private Process start(String module, String... arguments) throws IOException {
		Path keys = this.directory.resolve("keys");
		for (String ring : List.of("identity", "device")) {
			KeyRings.ensure(keys.resolve(ring), Clock.systemUTC());
		}
		List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-XX:+UseSerialGC",
				"-XX:TieredStopAtLevel=1", "-jar", app(module).toString(), "--spring.profiles.active=production",
				"--server.address=127.0.0.1", "--management.server.address=127.0.0.1",
				"--clearview.identity.keys=" + keys.resolve("identity"),
				"--clearview.device.keys=" + keys.resolve("device"), "--clearview.trusted-proxies=1",
				"--clearview.warm-up.time=0s", "--clearview.redis.startup=0s",
				"--clearview.log.requests-per-second=1000000", "--clearview.log.troubles-per-second=1000000"));
		command.addAll(List.of(arguments));
		return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
	}

	private static Path app(String module) throws IOException {
		try (Stream<Path> files = Files.list(Project.ROOT.resolve(module).resolve("target"))) {
			return files.filter((file) -> file.toString().endsWith("-app.jar")).findFirst().orElseThrow();
		}
	}

	private static List<JsonNode> events(InputStream output) throws IOException {
		return new String(output.readAllBytes(), StandardCharsets.UTF_8).lines()
			.map((line) -> JsonMapper.shared().readTree(line))
			.toList();
	}

	private static int status(HttpClient client, int port, String path, int number) {
		try {
			return client.send(request(port, path, number), BodyHandlers.discarding()).statusCode();
		}
		catch (IOException _) {
			return 0;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return 0;
		}
	}

	private static CompletableFuture<Integer> later(HttpClient client, int port, int number) {
		return client.sendAsync(request(port, "/nowhere", number), BodyHandlers.discarding())
			.thenApply((response) -> response.statusCode());
	}

	/** From a network of its own, so that no limit is met. */
	private static HttpRequest request(int port, String path, int number) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
			.timeout(PATIENCE)
			.header("X-Forwarded-For", "10." + (number >> 8) + "." + (number & 255) + ".1")
			.build();
	}

}
