package io.clearview.classifier.telemetry;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.clearview.classifier.Bodies;
import io.clearview.classifier.FakeJudgedService;
import io.clearview.classifier.ServiceInstance;
import io.clearview.classifier.ServiceInstance.Reply;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.verdict.Outcome;
import io.clearview.classifier.verdict.Outcome.Reason;
import io.clearview.kit.testing.Logged;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

/** What is said of requests, read as an operator reads it. */
class TelemetryTest {

	private static final String REQUESTS = "io.clearview.classifier.requests";

	private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

	@RegisterExtension
	static final FakeJudgedService shared = new FakeJudgedService();

	private static int users;

	private ServiceInstance service;

	private String user;

	private String assertion;

	@BeforeEach
	void begin() {
		this.service = shared.service();
		shared.verdicts().reset();
		this.user = "7e%062x".formatted(++users);
		this.assertion = shared.gateway().user(this.user, Tier.PRO);
	}

	@Test
	void oneEventARequestSaysWhoWhatAndWhereTimeWent() {
		try (Logged logged = new Logged(REQUESTS)) {
			this.service.classify(this.assertion, Bodies.posts("known"));
			onlyEvent(logged);
		}
		try (Logged logged = new Logged(REQUESTS)) {
			this.service.classify(this.assertion, Bodies.posts("known", "new", "new too", "known"), "traceparent",
					"00-" + TRACE + "-00f067aa0ba902b7-01");
			Map<String, Object> event = onlyEvent(logged);
			assertThat(event).containsEntry("event", "request")
				.containsEntry("correlationId", "test-correlation")
				.containsEntry("userId", this.user)
				.containsEntry("tier", "pro")
				.containsEntry("endpoint", "classify")
				.containsEntry("status", 200)
				.containsEntry("posts", 4)
				.containsEntry("cacheHits", 2)
				.containsEntry("cacheHitRate", 0.5)
				.containsEntry("modelStatus", "ok")
				.containsEntry("quotaLeft", 49_995L)
				.containsEntry("userSaw", "labels")
				.containsKeys("durationMs", "authMs", "quotaMs", "cacheMs", "modelMs");
			assertThat(logged.contexts().getFirst()).containsEntry("traceId", TRACE).containsKey("spanId");
		}
	}

	@Test
	void anEventNamesItsTraceAlsoWhenThatIsNotSampled() {
		try (Logged logged = new Logged(REQUESTS)) {
			this.service.classify(this.assertion, Bodies.posts("known"), "traceparent",
					"00-" + TRACE + "-00f067aa0ba902b7-00");
			assertThat(onlyEvent(logged)).containsEntry("traceId", TRACE);
		}
	}

	@Test
	void anErrorSaysItsCodeAndWhetherToTryAgain() {
		try (Logged logged = new Logged(REQUESTS)) {
			this.service.classify(this.assertion, "{}");
			assertThat(onlyEvent(logged)).containsEntry("event", "request_refused")
				.containsEntry("errorCode", "INVALID_REQUEST")
				.containsEntry("retryable", false)
				.containsEntry("status", 400)
				.containsEntry("userSaw", "error");
		}
	}

	@Test
	void aFailedModelSaysWhyAndWhatTheUserSaw() {
		long start = System.nanoTime();
		eventually("the second is over in which another test has used up what may be logged",
				() -> System.nanoTime() - start > Duration.ofSeconds(1).toNanos());
		shared.verdicts().judging((_) -> Mono.just(new Outcome.FailedOpen(Reason.MODEL_BUDGET)));
		try (Logged logged = new Logged(REQUESTS)) {
			this.service.classify(this.assertion, Bodies.posts("a"));
			assertThat(onlyEvent(logged)).containsEntry("event", "request_failed_open")
				.containsEntry("modelStatus", "failed_open")
				.containsEntry("modelReason", "MODEL_BUDGET")
				.containsEntry("userSaw", "everything");
		}
	}

	@Test
	void anOutageThatEveryRequestMeetsIsNotLoggedByEveryRequest() {
		shared.verdicts().judging((_) -> Mono.just(new Outcome.FailedOpen(Reason.MODEL_UNAVAILABLE)));
		double before = count("clearview_log_suppressed_total{event=\"request_failed_open\"}");
		try (Logged logged = new Logged(REQUESTS)) {
			for (int i = 0; i < 200; i++) {
				this.service.classify(this.assertion, Bodies.posts("a"));
			}
			eventually("all are counted", () -> logged.messages().size()
					+ count("clearview_log_suppressed_total{event=\"request_failed_open\"}") - before == 200);
			assertThat(logged.messages()).hasSizeLessThan(200);
		}
	}

	@Test
	void metricsAreThoseThatDashboardsShow() {
		this.service.classify(this.assertion, Bodies.posts("a", "b"));
		this.service.classify(this.assertion, "{}");
		String scraped = scrape();
		assertThat(scraped).contains(
				"clearview_requests_seconds_bucket{endpoint=\"classify\",model=\"awaited\",status=\"200\",le=\"0.2\"}",
				"clearview_requests_seconds_bucket{endpoint=\"classify\",model=\"none\",status=\"200\",le=\"0.5\"}",
				"clearview_quota_posts_total{outcome=\"granted\",tier=\"pro\"}",
				"clearview_errors_total{code=\"INVALID_REQUEST\",endpoint=\"classify\"}",
				"clearview_quota_left_ratio_bucket{tier=\"pro\",le=\"0.1\"}",
				"clearview_posts_total{result=\"classified\"}",
				"clearview_cost_spent_usd_total{endpoint=\"classify\",tier=\"pro\"}",
				"clearview_key_age_seconds{ring=\"identity\"}", "clearview_redis_up{role=\"state\"} 1.0");
		assertThat(scraped).doesNotContain("http_server_requests", this.user);
	}

	@Test
	void tellsTheGatewayWhetherTheModelHadToBeWaitedFor() {
		double before = count("clearview_requests_seconds_count{endpoint=\"classify\",model=\"awaited\"");
		String header = "X-ClearView-Model-Awaited";
		Reply judged = this.service.classify(this.assertion, Bodies.posts("awaited once"));
		assertThat(judged.response().headers().firstValue(header)).hasValue("true");
		Reply cached = this.service.classify(this.assertion, Bodies.posts("awaited once"));
		assertThat(cached.response().headers().firstValue(header)).isEmpty();
		eventually("one of them is counted so",
				() -> count("clearview_requests_seconds_count{endpoint=\"classify\",model=\"awaited\"") == before + 1);
	}

	@Test
	void whatMayHappenIsCountedFromZero() {
		String scraped = scrape();
		assertThat(scraped).contains("clearview_errors_total{code=\"INTERNAL_ERROR\",endpoint=\"quota\"} 0",
				"clearview_posts_failed_open_total{reason=\"MODEL_OVERLOADED\"} 0",
				"clearview_quota_left_ratio_count{tier=\"enterprise\"} 0",
				"clearview_log_suppressed_total{event=\"request_failed\"} 0");
	}

	@Test
	void countsTheDistinctUsersWhoMetAnError() {
		for (int i = 0; i < 3; i++) {
			String other = shared.gateway().user("8e%062x".formatted(i), Tier.FREE);
			this.service.classify(other, "[1]");
			this.service.classify(other, "[2]");
		}
		eventually("three users", () -> count("clearview_errors_users{code=\"INVALID_REQUEST\"}") >= 3);
		assertThat(shared.redis()
			.ask("PTTL errors:{INVALID_REQUEST}:" + java.time.LocalDate.now(java.time.ZoneOffset.UTC)))
			.doesNotStartWith(":-");
	}

	@Test
	void theManagementPortShowsHealthAndMetricsAndNothingElse() {
		assertThat(this.service.manage("/actuator/health/readiness").body().path("status").asString()).isEqualTo("UP");
		assertThat(this.service.manage("/actuator/health/liveness").body().path("status").asString()).isEqualTo("UP");
		assertThat(this.service.manage("/actuator/info").status()).isEqualTo(200);
		for (String hidden : new String[] { "env", "beans", "heapdump", "loggers", "configprops", "shutdown" }) {
			assertThat(this.service.manage("/actuator/" + hidden).status()).as(hidden).isEqualTo(404);
		}
	}

	private double count(String series) {
		return scrape().lines()
			.filter((line) -> line.startsWith(series))
			.mapToDouble((line) -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
			.sum();
	}

	private String scrape() {
		Reply reply = this.service.manage("/actuator/prometheus");
		assertThat(reply.status()).isEqualTo(200);
		return reply.response().body();
	}

	/** The events of this test's user: the answer arrives before the event does. */
	private List<Map<String, Object>> events(Logged logged) {
		return logged.fields().stream().filter((event) -> this.user.equals(event.get("userId"))).toList();
	}

	private Map<String, Object> onlyEvent(Logged logged) {
		eventually("an event", () -> events(logged).size() > 0);
		assertThat(events(logged)).hasSize(1);
		return events(logged).getFirst();
	}

}
