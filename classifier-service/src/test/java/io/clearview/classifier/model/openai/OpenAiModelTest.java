package io.clearview.classifier.model.openai;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.clearview.classifier.cost.Price;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Label;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.ModelException;
import io.clearview.classifier.model.ModelException.Kind;
import io.clearview.classifier.model.guard.Failures;
import io.clearview.classifier.model.guard.GuardLimits;
import io.clearview.classifier.model.guard.GuardProperties;
import io.clearview.classifier.model.guard.Guards;
import io.clearview.classifier.redis.Roles;
import io.clearview.classifier.telemetry.Metrics;
import io.clearview.kit.testing.Printed;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

/** The model as the service uses it, against a provider on a socket and a real Redis. */
@ExtendWith({ OutputCaptureExtension.class, Printed.class })
class OpenAiModelTest {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	/** Time-outs here only end what never ends by itself. */
	private static final Map<String, ?> PATIENT = Map.of("timeout", "20s", "deadline", "30s", "retry-backoff", "1ms",
			"retry-floor", 100);

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	private static final WireMockServer provider = new WireMockServer(
			wireMockConfig().dynamicPort().bindAddress("127.0.0.1"));

	private static Roles roles;

	private static int tests;

	/** Of this test alone: a request that another gave up may yet arrive. */
	private final String path = "/" + ++tests + "/v1";

	@TempDir
	Path keyFiles;

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	@BeforeAll
	static void start() {
		provider.start();
		roles = Roles.of(redis, redis, Duration.ofSeconds(2), new SimpleMeterRegistry());
	}

	@AfterAll
	static void stop() {
		roles.close();
		provider.stop();
	}

	@BeforeEach
	void reset() {
		provider.resetAll();
		redis.flush();
	}

	@Test
	void asksStrictlyAndOnlyWhatIsNeeded() {
		answers(labelled("ALLOW", "BLOCK"));
		assertThat(labels(model(), "no spam", "hello", "buy now")).containsExactly(Label.ALLOW, Label.BLOCK);

		LoggedRequest request = requests().getFirst();
		assertThat(request.getUrl()).isEqualTo(this.path + "/chat/completions");
		JsonNode body = MAPPER.readTree(request.getBodyAsString());
		assertThat(body.path("model").asString()).isEqualTo("m-1");
		assertThat(body.path("temperature").asInt()).isZero();
		assertThat(body.path("max_tokens").asInt()).isEqualTo(128);
		assertThat(body.path("response_format").path("json_schema").path("strict").asBoolean()).isTrue();
		assertThat(body.path("messages").size()).isEqualTo(2);
		assertThat(body.propertyNames()).containsExactlyInAnyOrder("model", "temperature", "max_tokens",
				"response_format", "messages", "stream");
		assertThat(body.path("stream").asBoolean(true)).isFalse();
		assertThat(request.getHeaders().keys()).map(String::toLowerCase)
			.containsExactlyInAnyOrder("accept", "accept-encoding", "content-length", "content-type", "host",
					"user-agent");
	}

	@Test
	void pricesWhatTheProviderCountedAndSplitsItOverThePosts() {
		answers(aResponse().withBody(completion(content("ALLOW", "BLOCK"),
				", \"usage\": {\"prompt_tokens\": 1000, \"completion_tokens\": 100, \"prompt_tokens_details\": {\"cached_tokens\": 400}}")));
		assertThat(judge(model(), "no spam", "a", "b")).extracting(Judgement::costNanos)
			.containsExactly(75_000L, 75_000L);
		assertThat(tokens("prompt")).isEqualTo(600);
		assertThat(tokens("cached")).isEqualTo(400);
		assertThat(tokens("completion")).isEqualTo(100);
	}

	@Test
	void estimatesWhatAProviderDoesNotCount() {
		answers(labelled("ALLOW"));
		assertThat(judge(model(), "no spam", "hello").getFirst().costNanos()).isBetween(30_000L, 150_000L);
	}

	@Test
	void asksForPlainJsonWhereASchemaIsRefusedAndRemembersIt() {
		provider.stubFor(chat().withRequestBody(matchingJsonPath("$.response_format.type", equalTo("json_schema")))
			.willReturn(aResponse().withStatus(400)
				.withBody("{\"error\":{\"message\":\"response_format json_schema is not supported\"}}")));
		provider.stubFor(chat().withRequestBody(matchingJsonPath("$.response_format.type", equalTo("json_object")))
			.willReturn(aResponse().withBody(completion("```json\n{\"1\": \"BLOCK\"}\n```", ""))));
		Model model = model();
		assertThat(labels(model, "no spam", "buy now")).containsExactly(Label.BLOCK);
		assertThat(labels(model, "no spam", "buy now")).containsExactly(Label.BLOCK);
		assertThat(requests()).hasSize(3);
	}

	@Test
	void justAsksWhereJsonModeIsRefusedToo() {
		provider.stubFor(
				chat().withRequestBody(matchingJsonPath("$.response_format")).willReturn(aResponse().withStatus(422)));
		provider.stubFor(
				chat().withRequestBody(matchingJsonPath("$[?(!@.response_format)]")).willReturn(labelled("BLOCK")));
		assertThat(labels(model(), "no spam", "buy now")).containsExactly(Label.BLOCK);
		assertThat(requests()).hasSize(3);
	}

	@Test
	void aRequestThatIsRefusedInEveryFormatIsNotTriedAgain() {
		answers(aResponse().withStatus(400));
		assertThat(fault(model())).isEqualTo(Kind.UNAVAILABLE);
		assertThat(requests()).hasSize(3);
	}

	@Test
	void aPostThatWasLeftOutHasNoJudgementAndTheOthersHaveTheirs() {
		answers(aResponse()
			.withBody(completion("{\"labels\":[{\"id\":3,\"label\":\"BLOCK\"},{\"id\":1,\"label\":\"ALLOW\"}]}", "")));
		assertThat(judge(model(), "no spam", "a", "b", "c")).filteredOn((judgement) -> judgement.index() != 1)
			.extracting(Judgement::index, Judgement::label)
			.containsExactlyInAnyOrder(org.assertj.core.groups.Tuple.tuple(0, Label.ALLOW),
					org.assertj.core.groups.Tuple.tuple(2, Label.BLOCK));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"labels\":[{\"id\":1,\"label\":\"BLOCK\"},{\"id\":2,\"lab",
			"{\"labels\":[{\"id\":0,\"label\":\"BLOCK\"},{\"id\":1,\"label\":\"ALLOW\"}]}",
			"<think>{\"labels\":[{\"id\":1,\"label\":\"BLOCK\"},{\"id\":2,\"label\":\"ALLOW\"}]}" })
	void anAnswerThatIsNotWholeIsNotBelieved(String content) {
		answers(aResponse().withBody(completion(content, "")));
		assertThat(fault(model(), "a", "b")).isEqualTo(Kind.GARBAGE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "length", "max_tokens", "tool_calls" })
	void anAnswerThatDidNotEndByItselfIsNotBelieved(String reason) {
		answers(aResponse().withBody(completion(content("BLOCK"), "").replace("\"stop\"", "\"" + reason + "\"")));
		assertThat(fault(model())).isEqualTo(Kind.GARBAGE);
	}

	@Test
	void readsThePartsOfTextAlone() {
		answers(aResponse().withBody(completion("PARTS", "").replace("\"PARTS\"",
				"[{\"type\":\"thinking\",\"text\":" + MAPPER.writeValueAsString(content("ALLOW"))
						+ "},{\"type\":\"text\",\"text\":" + MAPPER.writeValueAsString(content("BLOCK")) + "}]")));
		assertThat(labels(model(), "no spam", "buy now")).containsExactly(Label.BLOCK);
	}

	@Test
	void countsTokensOutsideTheCompletion() {
		answers(aResponse().withBody(completion(content("ALLOW"),
				", \"usage\": {\"prompt_tokens\": 20, \"completion_tokens\": 198, \"total_tokens\": 623}")));
		judge(model(), "no spam", "a");
		assertThat(tokens("completion")).isEqualTo(603);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "not json", "[]", "{}", "{\"choices\":[]}", "{\"choices\":[{\"message\":null}]}",
			"{\"choices\":[{\"message\":{\"content\":null}}]}", "{\"choices\":[{\"mess", "<html>Bad gateway</html>",
			"{\"choices\":[{\"message\":{\"content\":\"{\\\"labels\\\":[]}\"}}]}" })
	void anAnswerThatCannotBeReadIsGarbageAndAskedForOnceAgain(String body) {
		answers(aResponse().withBody(body));
		assertThat(fault(model())).isEqualTo(Kind.GARBAGE);
		assertThat(requests()).hasSize(2);
	}

	@Test
	void aBodyWithoutEndIsGarbage() {
		answers(aResponse().withBody("{\"choices\":\"" + "x".repeat(400_000)));
		assertThat(fault(model())).isEqualTo(Kind.GARBAGE);
	}

	@Test
	void triesAgainAfterAFailureThatPasses() {
		provider.stubFor(chat().inScenario("s")
			.whenScenarioStateIs(Scenario.STARTED)
			.willSetStateTo("1")
			.willReturn(aResponse().withStatus(500)));
		provider.stubFor(chat().inScenario("s")
			.whenScenarioStateIs("1")
			.willSetStateTo("2")
			.willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
		provider.stubFor(chat().inScenario("s").whenScenarioStateIs("2").willReturn(labelled("BLOCK")));
		assertThat(labels(model(), "no spam", "buy now")).containsExactly(Label.BLOCK);
		assertThat(requests()).hasSize(3);
		assertThat(this.meters.get(Metrics.MODEL_RETRIES).counter().count()).as("the broken connection is none")
			.isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(ints = { 500, 502, 503, 529 })
	void anOutageIsTriedThreeTimes(int status) {
		answers(aResponse().withStatus(status));
		assertThat(fault(model())).isEqualTo(Kind.UNAVAILABLE);
		assertThat(requests()).hasSize(3);
	}

	@ParameterizedTest
	@EnumSource(names = { "CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE", "RANDOM_DATA_THEN_CLOSE" })
	void aBrokenConnectionIsAnOutage(Fault fault) {
		answers(aResponse().withFault(fault));
		assertThat(fault(model())).isEqualTo(Kind.UNAVAILABLE);
	}

	@Test
	void anAddressWhereNobodyListensIsAnOutage() throws IOException {
		int port;
		try (ServerSocket socket = new ServerSocket(0)) {
			port = socket.getLocalPort();
		}
		assertThat(fault(model("http://127.0.0.1:" + port, null, PATIENT))).isEqualTo(Kind.UNAVAILABLE);
	}

	@Test
	void aProviderThatHangsIsATimeOut() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			Model model = model("http://127.0.0.1:" + socket.getLocalPort(), null,
					Map.of("timeout", "150ms", "deadline", "400ms"));
			assertThat(fault(model)).isEqualTo(Kind.TIMEOUT);
		}
	}

	@Test
	void aProviderThatDripsIsATimeOut() {
		answers(labelled("BLOCK").withChunkedDribbleDelay(200, 60_000));
		Model model = model(url(), null, Map.of("timeout", "300ms", "deadline", "500ms"));
		assertThat(fault(model)).isEqualTo(Kind.TIMEOUT);
		assertThat(this.meters.get(Metrics.MODEL_TRIES).tag("outcome", "timeout").timer().count()).isPositive();
	}

	@Test
	void aRefusedOrExhaustedKeyIsFollowedByTheNext(CapturedOutput output) {
		writeKey("a", "sk-refused");
		writeKey("b", "sk-exhausted");
		writeKey("c", "sk-good");
		provider.stubFor(chat().withHeader("Authorization", equalTo("Bearer sk-refused"))
			.willReturn(
					aResponse().withStatus(401).withBody("{\"error\":\"Incorrect API key provided: sk-refused\"}")));
		provider.stubFor(chat().withHeader("Authorization", equalTo("Bearer sk-exhausted"))
			.willReturn(aResponse().withStatus(429).withHeader("Retry-After", "30")));
		provider.stubFor(chat().withHeader("Authorization", equalTo("Bearer sk-good")).willReturn(labelled("BLOCK")));
		Model model = model(url() + "/", this.keyFiles, PATIENT);
		assertThat(labels(model, "no spam", "buy now")).containsExactly(Label.BLOCK);
		assertThat(requests()).hasSize(3);
		assertThat(labels(model, "no spam", "buy now")).containsExactly(Label.BLOCK);
		assertThat(requests()).as("the first two cool down").hasSize(4);
		assertThat(this.meters.get(Metrics.MODEL_RETRIES).counter().count()).isZero();
		assertThat(Printed.soFar(output)).doesNotContain("sk-");
	}

	@Test
	void whenEveryKeyIsRefusedNobodyIsAsked() {
		writeKey("a", "sk-refused");
		answers(aResponse().withStatus(403));
		Model model = model(url(), this.keyFiles, PATIENT);
		for (int i = 0; i < 5; i++) {
			assertThat(fault(model)).isEqualTo(Kind.UNAVAILABLE);
		}
		assertThat(requests()).hasSize(1);
	}

	@Test
	void theOnlyKeyIsUsedAgainWhenTheProviderAllows() {
		provider.stubFor(chat().inScenario("s")
			.whenScenarioStateIs(Scenario.STARTED)
			.willSetStateTo("1")
			.willReturn(aResponse().withStatus(429).withHeader("retry-after-ms", "250")));
		provider.stubFor(chat().inScenario("s").whenScenarioStateIs("1").willReturn(labelled("BLOCK")));
		assertThat(labels(model(), "no spam", "buy now")).containsExactly(Label.BLOCK);
		List<LoggedRequest> requests = requests();
		assertThat(Duration.between(requests.get(0).getLoggedDate().toInstant(),
				requests.get(1).getLoggedDate().toInstant()))
			.isGreaterThanOrEqualTo(Duration.ofMillis(240));
	}

	@Test
	void whenTheProviderWantsALongRestTheCallEndsAtOnce() {
		answers(aResponse().withStatus(429).withHeader("Retry-After", "3600"));
		Model model = model();
		assertThat(fault(model)).isEqualTo(Kind.UNAVAILABLE);
		assertThat(fault(model)).isEqualTo(Kind.UNAVAILABLE);
		assertThat(requests()).hasSize(1);
	}

	@Test
	void twoInstancesShareTheBudget() {
		answers(labelled("ALLOW"));
		Map<String, Object> limits = new HashMap<>(PATIENT);
		limits.put("requests-per-minute", 5);
		Model one = model(url(), null, limits);
		Model other = model(url(), null, limits);
		IntStream.range(0, 5).forEach((i) -> labels((i % 2 == 0) ? one : other, "no spam", "hello"));
		assertThat(fault(one)).isEqualTo(Kind.BUDGET);
		assertThat(fault(other)).isEqualTo(Kind.BUDGET);
		assertThat(requests()).hasSize(5);
	}

	@Test
	void messagesOfFaultsHaveNoText(CapturedOutput output) {
		answers(aResponse().withStatus(400).withBody("your post 'secret post' is refused"));
		ModelException fault = exception(model(), "secret preference", "secret post");
		for (Throwable it = fault; it != null; it = it.getCause()) {
			assertThat(String.valueOf(it.getMessage())).doesNotContain("secret");
		}
		assertThat(Printed.soFar(output)).doesNotContain("secret");
	}

	private String url() {
		return provider.baseUrl() + this.path;
	}

	private Model model() {
		return model(url(), null, PATIENT);
	}

	private Model model(String url, Path keys, Map<String, ?> guard) {
		GuardProperties limits = GuardLimits.of(guard);
		OpenAiProperties properties = Settings
			.of(Map.of("base-url", url, "name", "m-1", "connect-timeout", "5s", "connections", 8));
		ApiKeys ring = new ApiKeys();
		try {
			ring.replace((keys != null) ? new KeyDirectory(keys).read() : List.of(ApiKey.NONE));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		OpenAiProvider openAi = new OpenAiProvider(OpenAiConfiguration.api(properties, limits.timeout()), properties,
				new Prompt(() -> "0123456789ab"), ring, new Price(0.1, 0.025, 0.8),
				new Failures("m-1", this.meters, Clock.systemUTC()), Clock.systemUTC());
		return Guards.around(openAi, limits, roles.state(), this.meters);
	}

	private void writeKey(String name, String secret) {
		try {
			Files.writeString(this.keyFiles.resolve(name), secret);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private double tokens(String kind) {
		return this.meters.get(Metrics.MODEL_TOKENS).tag("kind", kind).counter().count();
	}

	private static List<Judgement> judge(Model model, String preference, String... posts) {
		return Objects.requireNonNull(model.judge(preference, List.of(posts)).block(TIMEOUT));
	}

	private static List<Label> labels(Model model, String preference, String... posts) {
		return judge(model, preference, posts).stream().map(Judgement::label).toList();
	}

	private static Kind fault(Model model) {
		return fault(model, "buy now");
	}

	private static Kind fault(Model model, String... posts) {
		return exception(model, "no spam", posts).kind();
	}

	private static ModelException exception(Model model, String preference, String... posts) {
		return (ModelException) model.judge(preference, List.of(posts))
			.<Throwable>map((answer) -> new AssertionError("answered " + answer))
			.onErrorResume(reactor.core.publisher.Mono::just)
			.block(TIMEOUT);
	}

	private MappingBuilder chat() {
		return post(this.path + "/chat/completions");
	}

	private void answers(ResponseDefinitionBuilder response) {
		provider.stubFor(chat().willReturn(response));
	}

	private List<LoggedRequest> requests() {
		return provider.findAll(postRequestedFor(urlPathMatching(this.path + "/.*")));
	}

	private static ResponseDefinitionBuilder labelled(String... labels) {
		return aResponse().withHeader("Content-Type", "application/json").withBody(completion(content(labels), ""));
	}

	private static String content(String... labels) {
		StringBuilder content = new StringBuilder("{\"labels\":[");
		for (int i = 0; i < labels.length; i++) {
			content.append((i > 0) ? "," : "").append("{\"id\":" + (i + 1) + ",\"label\":\"" + labels[i] + "\"}");
		}
		return content.append("]}").toString();
	}

	private static String completion(String content, String more) {
		return "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":"
				+ MAPPER.writeValueAsString(content) + "},\"finish_reason\":\"stop\"}]" + more + "}";
	}

}
