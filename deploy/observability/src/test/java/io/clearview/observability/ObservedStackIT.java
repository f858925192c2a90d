package io.clearview.observability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.clearview.bench.load.Verification.Kind;
import io.clearview.local.ManagedProcess;
import io.clearview.observability.Catalogue.Metric;
import io.clearview.observability.Exposition.Family;
import io.clearview.observability.PrometheusApi.Series;
import io.clearview.observability.Story.Pair;
import io.clearview.observability.Story.Steady;
import io.clearview.observability.TraceCollector.Received;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whoever is on call, on the real system: a Prometheus, a collector of traces and the
 * logs are asked what happened while everything happened to it that an alert or a panel
 * is about. {@code -Dobserved.seconds=120} makes it a run of five minutes.
 */
class ObservedStackIT {

	private static final Percentage CLOSE = Percentage.withPercentage(5);

	private static final Instant began = Instant.now();

	private static WatchedSystem system;

	private static Story story;

	private static PrometheusApi prometheus;

	private static Steady steady;

	private static Pair pair;

	@BeforeAll
	static void tell() throws IOException, InterruptedException {
		system = new WatchedSystem(Story.SOUND);
		story = new Story(system, Duration.ofSeconds(Integer.getInteger("clearview.observed.seconds", 20)));
		system.start();
		story.begin();
		prometheus = system.watch();
		steady = story.steady(prometheus);
		pair = story.together();
		story.troubled();
		Waiting.pass(WatchedSystem.LOOK.multipliedBy(3));
	}

	@AfterAll
	static void stop() {
		if (story != null) {
			story.close();
		}
		if (system != null) {
			system.close();
		}
	}

	@ParameterizedTest
	@MethodSource("panels")
	void aPanelHasData(Panel panel) {
		List<Series> series = data(panel.expression().unfiltered());
		assertThat(series).allSatisfy((one) -> assertThat(one.labels().keySet()).containsAll(panel.legend()));
	}

	/**
	 * An alert that is rightly quiet has no data: its comparisons answer 0 or 1 here
	 * instead of leaving out what does not hold. Each metric that it reads has data by
	 * itself too, so that none hides behind another.
	 */
	@ParameterizedTest
	@MethodSource("rules")
	void aRuleHasData(Rule rule) {
		data(rule.expression().unfiltered());
		rule.expression().selectors().forEach((selector) -> data(selector.text()));
	}

	/**
	 * No alert lasts long enough to fire in here, so the state that panels mark is not
	 * asked for.
	 */
	@ParameterizedTest
	@MethodSource("annotations")
	void whatPanelsMarkHasData(Panel annotation) {
		assertThat(data(annotation.expression().text().replaceAll(", alertstate=\"firing\"", "")))
			.allSatisfy((alert) -> assertThat(alert.labels()).containsKeys("alertname", "alertstate"));
	}

	@Test
	void prometheusCountsWhatTheLoadGeneratorSent() {
		assertThat(steady.sent().count(Kind.RIGHT)).as("%s", steady.sent().kinds()).isEqualTo(steady.sent().requests());
		assertThat(steady.sent().failedOpen()).isZero();
		assertThat(steady.requests()).isEqualTo(steady.sent().requests());
	}

	/**
	 * Of those who waited for the model, because the model's own time is long against
	 * whatever a busy machine adds at one end and not at the other. A histogram knows a
	 * quantile to the width of a bucket at worst, which is 5 % there.
	 */
	@Test
	void prometheusAndTheClientsAgreeOnTheSlowestHundredth() {
		List<Double> awaited = steady.clients().awaited();
		double seen = Stopwatch.p99(awaited);
		System.out.printf(
				"p99 %.1f ms at Prometheus, %.1f ms at the clients, of %d that waited for the model; "
						+ "%.1f ms of %d that did not%n",
				1000 * steady.p99(), 1000 * seen, awaited.size(), 1000 * Stopwatch.p99(steady.clients().others()),
				steady.clients().others().size());
		assertThat(awaited).hasSizeGreaterThan(100);
		// a verdict that another request was just buying is waited for, and is cached
		assertThat(steady.awaited()).as("requests that waited").isCloseTo(awaited.size(), Percentage.withPercentage(2));
		assertThat(bucketWidth(seen)).as("width of the bucket").isLessThan(0.055);
		assertThat(steady.p99()).isCloseTo(seen, CLOSE);
	}

	@Test
	void prometheusAndTheClientsAgreeOnTheHitRate() {
		double seen = (double) steady.sent().cached() / steady.sent().posts();
		System.out.printf("hit rate %.4f at Prometheus, %.4f at the clients%n", steady.hitRate(), seen);
		assertThat(seen).isBetween(0.05, 0.95);
		assertThat(steady.hitRate()).isCloseTo(seen, CLOSE);
	}

	@Test
	void prometheusAndTheModelAgreeOnTheCost() {
		System.out.printf("cost $%.6f at Prometheus, $%.6f at the model%n", steady.cost(), steady.billed());
		assertThat(steady.billed()).isPositive();
		assertThat(steady.cost()).isCloseTo(steady.billed(), CLOSE);
	}

	@Test
	void anAnswersCorrelationIdLeadsToOneEventInEachServiceAndToOneTrace() {
		String trace = trace(pair.first().header("X-Correlation-ID"));
		List<Received> spans = spans(trace, "batch");
		Received gateway = server(spans, "clearview-gateway");
		Received classifier = server(spans, "clearview-classifier");
		assertThat(classifier.parent()).isEqualTo(gateway.id());
		for (String step : List.of("reserve quota", "look verdicts up", "judge")) {
			assertThat(only(spans, step).parent()).as(step).isEqualTo(classifier.id());
		}
		assertThat(only(spans, "batch").links()).containsExactly(trace);
		assertThat(spans).filteredOn((span) -> span.name().equals("redis-state"))
			.as("the gateway's calls to Redis")
			.isNotEmpty()
			.allMatch((span) -> span.parent().equals(gateway.id()));
		assertThat(Stream.of(gateway, classifier).map((span) -> span.attribute("correlationId")))
			.containsOnly(pair.first().header("X-Correlation-ID"));
	}

	@Test
	void theTraceOfOneWhoAskedTheSameLeadsToTheTraceThatShowsTheBatch() {
		String first = trace(pair.first().header("X-Correlation-ID"));
		String second = trace(pair.second().header("X-Correlation-ID"));
		assertThat(second).isNotEqualTo(first);
		List<Received> spans = spans(second, "joined");
		assertThat(only(spans, "joined").links()).containsExactly(first);
		assertThat(spans).extracting(Received::name).doesNotContain("batch");
	}

	@Test
	void everyMetricIsExplainedAndEveryExplainedOneIsThere() throws IOException {
		Map<String, Exposition> services = Map.of("gateway", system.exposition(system.stack().gateway()), "classifier",
				system.exposition(system.stack().classifiers().getFirst()));
		Catalogue catalogue = new Catalogue();
		services.forEach((service, exposition) -> {
			Set<String> explained = new HashSet<>();
			for (Metric metric : catalogue.metrics()) {
				if (metric.services().contains(service)) {
					explained.add(metric.name());
					Family family = exposition.families().get(metric.name());
					assertThat(family).as("%s of the %s", metric.name(), service).isNotNull();
					assertThat(family.type()).as(metric.name()).isEqualTo(metric.type());
					assertThat(family.labels()).as(metric.name()).isEqualTo(metric.labels());
					assertThat(family.series()).as(metric.name()).hasSizeBetween(1, metric.series());
				}
			}
			assertThat(exposition.families().keySet()).as("of the %s", service)
				.filteredOn((name) -> name.startsWith("clearview_") && !name.endsWith("_max"))
				.isSubsetOf(explained);
		});
	}

	@Test
	void everyLineOfAServicesLogIsAnEventWithItsFields() {
		services().forEach((service) -> {
			LogFile log = LogFile.read(service.log());
			assertThat(log.others()).as(service.name()).allMatch((line) -> line.startsWith("WARNING: "));
			assertThat(log.events()).hasSizeGreaterThan(100)
				.allSatisfy((event) -> assertThat(event.propertyNames()).contains("@timestamp", "level", "logger_name",
						"thread_name", "message"));
			JsonNode event = log.of(pair.first().header("X-Correlation-ID")).getFirst();
			assertThat(event.propertyNames()).contains("event", "correlationId", "traceId", "userId", "tier",
					"endpoint", "status", "durationMs", "authMs");
			assertThat(event.propertyNames()).contains(service.name().startsWith("gateway")
					? new String[] { "limitsMs", "classifierMs" } : new String[] { "posts", "cacheHits", "cacheHitRate",
							"modelStatus", "quotaLeft", "quotaMs", "cacheMs", "queueMs", "modelMs", "userSaw" });
			assertThat(log.events()).as("an outage of others is no error of ours")
				.filteredOn((line) -> line.path("level").asString("").equals("ERROR"))
				.isEmpty();
		});
	}

	@Test
	void noLogAndNoSpanShowsAPostAPreferenceATokenOrAKey() throws IOException {
		LeakScan scan = new LeakScan(Stream.concat(story.tokens().stream(), system.secrets().stream()).toList());
		try (Stream<Path> logs = Files.list(system.stack().directory().logs())) {
			assertThat(logs).hasSizeGreaterThan(4).allSatisfy((log) -> assertThat(scan.leaks(log)).isEmpty());
		}
		List<String> spans = system.traces().all();
		assertThat(spans).hasSizeGreaterThan(300);
		assertThat(spans.stream().flatMap((span) -> scan.leaks(span).stream())).isEmpty();
	}

	/** As a share of where it begins. */
	private static double bucketWidth(double value) {
		double begin = steady.bounds().stream().filter((bound) -> bound < value).reduce(0.0, (_, last) -> last);
		double end = steady.bounds().stream().filter((bound) -> bound >= value).findFirst().orElseThrow();
		return end / begin - 1;
	}

	private static List<Series> data(String expression) {
		List<Series> data = prometheus.range(expression, began, Instant.now())
			.stream()
			.filter((series) -> !series.values().isEmpty())
			.toList();
		assertThat(data).as(expression).isNotEmpty();
		return data;
	}

	/** The trace of a request, by its only event in each service's log. */
	private static String trace(String correlationId) {
		List<String> traces = services().map((service) -> {
			Waiting.until("the event of a request", () -> !LogFile.read(service.log()).of(correlationId).isEmpty());
			assertThat(LogFile.read(service.log()).of(correlationId)).as(service.name()).hasSize(1);
			return LogFile.read(service.log()).of(correlationId).getFirst().path("traceId").asString("");
		}).toList();
		assertThat(traces).hasSize(2).allMatch((trace) -> trace.matches("[0-9a-f]{32}"));
		assertThat(new HashSet<>(traces)).hasSize(1);
		return traces.getFirst();
	}

	/**
	 * What the collector has of a trace, once a span of that name and both servers' came.
	 */
	private static List<Received> spans(String trace, String last) {
		Waiting.until("the trace is complete",
				() -> system.traces().trace(trace).stream().anyMatch((span) -> span.name().equals(last))
						&& system.traces().trace(trace).stream().filter(ObservedStackIT::isServer).count() == 2);
		return system.traces().trace(trace);
	}

	private static boolean isServer(Received span) {
		return span.span().getKind() == io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_SERVER;
	}

	private static Received server(List<Received> spans, String service) {
		return spans.stream()
			.filter((span) -> isServer(span) && span.service().equals(service))
			.findFirst()
			.orElseThrow();
	}

	private static Received only(List<Received> spans, String name) {
		List<Received> named = spans.stream().filter((span) -> span.name().equals(name)).toList();
		assertThat(named).as(name).hasSize(1);
		return named.getFirst();
	}

	private static Stream<ManagedProcess> services() {
		return Stream.concat(system.stack().gateways().stream(), system.stack().classifiers().stream());
	}

	static List<Panel> panels() {
		return Panel.all();
	}

	static List<Panel> annotations() {
		return Panel.annotations();
	}

	static List<Rule> rules() {
		return Rule.all();
	}

}
