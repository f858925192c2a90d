package io.clearview.observability;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** What a service's console does to the service, and what is on it at the end. */
class LoggingIT {

	/** Many times what a pipe and the queue before it hold. */
	private static final int REQUESTS = 10_000;

	private static final int AT_ONCE = 16;

	private static final Duration TIMEOUT = Duration.ofSeconds(90);

	@TempDir
	Path keys;

	@ParameterizedTest
	@ValueSource(strings = { ServiceProcess.GATEWAY, ServiceProcess.CLASSIFIER })
	void whyItDoesNotStartIsTheLastThingItSays(String module) throws Exception {
		try (ServiceProcess service = new ServiceProcess(this.keys, module, "--server.port=nonsense")) {
			List<JsonNode> events = service.events();
			assertThat(service.exitValue()).isNotZero();
			assertThat(events).isNotEmpty();
			assertThat(events.getLast().path("level").asString()).isEqualTo("ERROR");
			assertThat(events.getLast().path("message").asString()).contains("server.port", "nonsense");
		}
	}

	/**
	 * Its output is a pipe that nobody reads until the end: everybody is answered all the
	 * same, and what was still queued is written when it is told to stop.
	 */
	@ParameterizedTest
	@ValueSource(strings = { ServiceProcess.GATEWAY, ServiceProcess.CLASSIFIER })
	void aConsoleThatTakesNothingHoldsNobodyUp(String module) throws Exception {
		try (ServiceProcess service = new ServiceProcess(this.keys, module,
				"--clearview.log.requests-per-second=1000000", "--clearview.log.troubles-per-second=1000000")) {
			service.awaitReady();
			send(REQUESTS, service::bad, 404);
			service.stop();
			List<JsonNode> events = service.events();
			service.exitValue();
			assertThat(events).hasSizeBetween(100, REQUESTS);
		}
	}

	/**
	 * An event for every request or, where there are too many, an event that says how
	 * many had none.
	 */
	@ParameterizedTest
	@ValueSource(strings = { ServiceProcess.GATEWAY, ServiceProcess.CLASSIFIER })
	void underOverloadSomeAreLoggedAndTheOthersCounted(String module) throws Exception {
		int requests = 30 * AT_ONCE;
		try (ServiceProcess service = new ServiceProcess(this.keys, module, "--clearview.log.requests-per-second=5",
				"--clearview.log.troubles-per-second=5")) {
			service.awaitReady();
			long began = System.nanoTime();
			send(requests, service::good, 200);
			send(requests, service::bad, 404);
			long seconds = (System.nanoTime() - began) / 1_000_000_000 + 1;
			// later, so that these pass
			Waiting.pass(Duration.ofMillis(1_100));
			send(1, service::good, 200);
			send(1, service::bad, 404);
			double held = held(service.metrics());
			service.stop();
			List<JsonNode> events = service.events()
				.stream()
				.filter((event) -> event.path("event").asString("").startsWith("request"))
				.toList();
			service.exitValue();
			assertThat(events.size()).isBetween(4, (int) (2 * 5 * (seconds + 2)));
			assertThat(events.size() + held).isEqualTo(2 * requests + 2);
			assertThat(events.stream().mapToInt((event) -> event.path("suppressed").asInt(0)).sum()).as("told")
				.isEqualTo((int) held);
			assertThat(events).allSatisfy((event) -> assertThat(event.propertyNames()).contains("@timestamp", "level",
					"event", "correlationId", "traceId", "endpoint", "status", "durationMs", "authMs"));
			assertThat(events).filteredOn((event) -> event.path("status").asInt() == 404)
				.isNotEmpty()
				.allSatisfy((event) -> {
					assertThat(event.path("errorCode").asString()).isEqualTo("NOT_FOUND");
					assertThat(event.path("retryable").asBoolean(true)).isFalse();
					assertThat(event.path("userSaw").asString()).isEqualTo("error");
				});
			List<JsonNode> good = events.stream().filter((event) -> event.path("status").asInt() == 200).toList();
			assertThat(good).isNotEmpty();
			if (module.equals(ServiceProcess.CLASSIFIER)) {
				assertThat(good).allSatisfy((event) -> assertThat(event.propertyNames()).contains("userId", "tier",
						"posts", "cacheHits", "cacheHitRate", "modelStatus", "quotaLeft", "quotaMs", "cacheMs",
						"queueMs", "modelMs", "userSaw"));
			}
		}
	}

	private static void send(int requests, IntFunction<CompletableFuture<Integer>> sender, int status) {
		for (int sent = 0; sent < requests; sent += AT_ONCE) {
			List<CompletableFuture<Integer>> answers = new ArrayList<>();
			for (int i = sent; i < Math.min(requests, sent + AT_ONCE); i++) {
				answers.add(sender.apply(i));
			}
			assertThat(answers).allSatisfy((answer) -> assertThat(answer).succeedsWithin(TIMEOUT).isEqualTo(status));
		}
	}

	/** Events of requests that were left out, of every kind. */
	private static double held(String metrics) {
		Matcher samples = Pattern.compile("clearview_log_suppressed_total\\{event=\"(?:request|trouble)\\w*\"} (\\S+)")
			.matcher(metrics);
		return samples.results().mapToDouble((sample) -> Double.parseDouble(sample.group(1))).sum();
	}

}
