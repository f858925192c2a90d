package io.clearview.classifier.model.openai;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;

import io.clearview.classifier.model.Fault;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Label;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.ModelException;
import io.clearview.classifier.model.ModelException.Kind;
import io.clearview.classifier.model.OneByOne;
import io.clearview.classifier.model.guard.Failures;
import io.clearview.classifier.model.guard.GuardLimits;
import io.clearview.classifier.model.openai.ProviderStub.Reply;
import io.clearview.classifier.telemetry.Metrics;
import io.clearview.kit.testing.Printed;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static io.clearview.classifier.model.openai.ProviderStub.answer;
import static io.clearview.classifier.model.openai.ProviderStub.content;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What real providers answer, over HTTP. The stub labels posts by their text: BLOCK where
 * it says "spam", ALLOW otherwise. A post with the word "bomb" is one that it declines.
 */
@ExtendWith({ OutputCaptureExtension.class, Printed.class })
class ProviderCasesTest {

	private static final Duration LONGEST = Duration.ofSeconds(60);

	private static final Map<String, ?> GUARD = Map.of("timeout", "20s", "deadline", "30s", "retry-backoff", "1ms",
			"retry-floor", 1_000);

	@RegisterExtension
	static final StubbedProvider provider = new StubbedProvider();

	@TempDir
	Path keyFiles;

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final ProviderStub stub = provider.stub();

	/** x5, x6, x7, x22: in each provider's form. */
	@ParameterizedTest
	@ValueSource(strings = {
			"400 {'error':{'code':'content_filter','message':'The response was filtered due to the prompt triggering Azure OpenAI content management policy','innererror':{'code':'ResponsibleAIPolicyViolation'}}}",
			"400 {'error':{'message':'litellm.BadRequestError: litellm.ContentPolicyViolationError: x','type':null,'param':null,'code':'400'}}",
			"400 {'error':{'code':'invalid_prompt','message':'Invalid prompt: your prompt was flagged as potentially violating our usage policy.'}}",
			"400 {'error':{'message':'Content Exists Risk','type':'invalid_request_error','param':null,'code':'invalid_request_error'}}",
			"403 {'error':{'code':403,'message':'x requires moderation on y. Your input was flagged','metadata':{'reasons':['x'],'flagged_input':'bomb'}}}",
			"403 <html>Blocked by the firewall</html>", "400 oops", "422 {'detail':[{'loc':['body'],'msg':'x'}]}",
			"200 {'choices':[{'message':{'content':null,'refusal':'I cannot help with that'},'finish_reason':'stop'}]}",
			"200 {'choices':[{'message':{'content':'I am sorry, but I can not help with that.'},'finish_reason':'stop'}]}",
			"200 {'choices':[{'message':{'content':'Das kann ich leider nicht beantworten.'},'finish_reason':'stop'}]}",
			"200 {'choices':[{'message':{'content':''},'finish_reason':'content_filter'}]}",
			"200 {'choices':[{'message':{'content':null},'finish_reason':'SAFETY'}]}",
			"200 {'error':{'code':400,'metadata':{'raw':'{\\u0022error\\u0022:{\\u0022code\\u0022:\\u0022content_filter\\u0022}}'}}}",
			"400 {'error':{'code':400,'message':'the request exceeds the available context size','type':'exceed_context_size_error','n_prompt_tokens':9000,'n_ctx':4096}}",
			"500 {'error':{'message':'Context size has been exceeded.'}}",
			"400 {'error':{'message':'This model maximum context length is 8192 tokens.','code':'context_length_exceeded'}}" })
	void onePostThatIsDeclinedHarmsNoOther(String answer, CapturedOutput output) {
		Model model = model();
		assertThat(judge(model, "first")).containsOnlyKeys("first");
		this.stub.declines(answer);
		for (int i = 0; i < 12; i++) {
			String[] posts = { "buy spam " + i, "hello " + i, "a bomb " + i, "more spam " + i, "fine " + i };
			assertThat(judge(model, posts)).containsExactlyInAnyOrderEntriesOf(
					Map.of(posts[0], Label.BLOCK, posts[1], Label.ALLOW, posts[3], Label.BLOCK, posts[4], Label.ALLOW));
		}
		assertThat(fault(model, "a bomb 3")).isEqualTo(Kind.DECLINED);
		assertThat(this.stub.requests).hasSizeLessThanOrEqualTo(1 + 12 * 9)
			.allMatch((request) -> request.path("response_format").path("type").asString("").equals("json_schema"));
		assertThat(this.meters.get(Metrics.BREAKER_OPEN).gauge().value()).isZero();
		assertThat(Printed.soFar(output)).doesNotContain("bomb");
	}

	@Test
	void aDeclinedPostIsRememberedAndNotAskedAgain() {
		this.stub.declines("400 {'error':{'code':'content_filter'}}");
		Model model = model();
		judge(model, "buy spam", "a bomb", "hello");
		int requests = this.stub.requests.size();
		assertThat(judge(model, "a bomb", "new spam")).containsExactly(Map.entry("new spam", Label.BLOCK));
		assertThat(this.stub.requests).hasSize(requests + 1);
	}

	/** x6: left out of the answer, and again when it is asked alone. */
	@Test
	void aPostThatIsLeftOutTwiceIsDeclined() {
		this.stub.respondIf((posts) -> true,
				(posts) -> answer(content(posts.stream().filter((post) -> !post.contains("bomb")).toList(), posts)));
		Model model = model();
		assertThat(judge(model, "buy spam", "a bomb", "hello")).containsOnlyKeys("buy spam", "hello");
		assertThat(fault(model, "a bomb")).isEqualTo(Kind.DECLINED);
	}

	@Test
	void aDeclinedPreferenceFailsAtFourCallsAndIsRemembered() {
		this.stub.respondIf((posts) -> true, (posts) -> Reply.of("400 {'error':{'code':'content_filter'}}"));
		Model model = model();
		String[] posts = IntStream.range(0, 10).mapToObj((i) -> "post " + i).toArray(String[]::new);
		assertThat(judge(model, posts)).isEmpty();
		assertThat(this.stub.requests).hasSize(4);
		assertThat(judge(model, "another", "and another")).isEmpty();
		assertThat(this.stub.requests).hasSize(4);
	}

	/**
	 * The first batch is halved, then it is known of the user that its posts are
	 * declined.
	 */
	@Test
	void manyDeclinedPostsOfAUserCostLessThanACallEach() {
		this.stub.declines("400 {'error':{'code':'content_filter'}}");
		Model model = model();
		for (int i = 0; i < 20; i++) {
			int request = i;
			String[] posts = IntStream.range(0, 10)
				.mapToObj((post) -> "bomb " + request + " " + post)
				.toArray(String[]::new);
			assertThat(mono(model, posts).contextWrite((i == 0) ? Context.empty() : OneByOne.context()).block(LONGEST))
				.isEmpty();
		}
		assertThat(this.stub.requests).hasSizeLessThanOrEqualTo(14 + 19 * 4);
	}

	@Test
	void everyPostOfAUserIsAskedAloneIfOneOfTheFirstIsLabelled() {
		this.stub.declines("400 {'error':{'code':'content_filter'}}");
		String[] posts = { "a bomb", "another bomb", "spam", "a third bomb", "hello", "a fourth bomb", "more spam" };
		assertThat(mono(model(), posts).contextWrite(OneByOne.context()).block(LONGEST)).containsOnlyKeys("spam",
				"hello", "more spam");
		assertThat(this.stub.requests).hasSize(posts.length);
	}

	/** x8, x9, x10, x12, x34, and an error inside a 200. */
	@ParameterizedTest
	@ValueSource(strings = {
			"400 [{'error':{'code':400,'message':'API key not valid. Please pass a valid API key.','status':'INVALID_ARGUMENT','details':[{'@type':'type.googleapis.com/google.rpc.ErrorInfo','reason':'API_KEY_INVALID'}]}}]",
			"402 {'error':{'message':'Insufficient Balance','code':'invalid_request_error'}}", "401 {}", "403 {}",
			"429 {'error':{'message':'Budget has been exceeded! Current cost: 1, Max budget: 1','type':'budget_exceeded','param':null,'code':'429'}}",
			"429 {'error':{'code':429,'details':[{'violations':[{'quotaId':'GenerateRequestsPerDayPerProjectPerModel-FreeTier'}]}]}}",
			"429 {'error':{'code':'insufficient_quota'}}", "429 slow down",
			"200 {'error':{'code':429,'message':'slow'}}" })
	void aKeyThatIsNotAcceptedRestsAndTheNextIsUsedAtOnce(String answer, CapturedOutput output) {
		key("a", "sk-bad");
		key("b", "sk-good");
		this.stub.respondToKey("Bearer sk-bad", Reply.of(answer));
		Model model = model(this.keyFiles, Map.of());
		for (int i = 0; i < 20; i++) {
			assertThat(judge(model, "buy spam " + i)).containsExactly(Map.entry("buy spam " + i, Label.BLOCK));
		}
		assertThat(this.stub.requests).hasSizeLessThanOrEqualTo(22);
		assertThat(Printed.soFar(output)).containsOnlyOnce("model API key a ").doesNotContain("sk-");
		assertThat(this.meters.get(Metrics.BREAKER_OPEN).gauge().value()).isZero();
	}

	/** x10 and texts of Groq and OpenAI. */
	@ParameterizedTest
	@ValueSource(strings = {
			"429 {'error':{'code':429,'details':[{'@type':'type.googleapis.com/google.rpc.RetryInfo','retryDelay':'0.8s'}]}}",
			"429 {'error':{'message':'Rate limit reached for model x. Please try again in 800ms.','code':'rate_limit_exceeded'}}",
			"429 {'error':{'message':'Rate limit reached. Please try again in 0.8s. Need more?','type':'tokens','code':'rate_limit_exceeded'}}" })
	void theOnlyKeyIsUsedAgainAfterTheTimeInTheBody(String answer) {
		Model model = model();
		judge(model, "first");
		this.stub.next(Reply.of(answer));
		List<Map<String, Label>> answers = Objects.requireNonNull(
				Flux.range(0, 20).flatMap((i) -> mono(model, "spam " + i), 20).collectList().block(LONGEST));
		assertThat(answers).hasSize(20).allMatch((labels) -> labels.containsValue(Label.BLOCK));
		assertThat(this.meters.get(Metrics.BREAKER_OPEN).gauge().value()).isZero();
	}

	@Test
	void callsThatWereNotSentDoNotCount() {
		this.stub.respondIf((posts) -> true, (posts) -> Reply.of("429 {}").with("Retry-After", "3600"));
		Model model = model();
		for (int i = 0; i < 30; i++) {
			assertThat(fault(model, "post " + i)).isEqualTo(Kind.UNAVAILABLE);
		}
		assertThat(this.stub.requests).hasSize(1);
		assertThat(this.meters.get(Metrics.BREAKER_OPEN).gauge().value()).isZero();
		assertThat(this.meters.get(Metrics.MODEL_REFUSED).tag("by", "keys").counter().count()).isEqualTo(29);
	}

	/** x2, x3, x13, x15, x18, x27, 31: asked again in the same format. */
	@ParameterizedTest
	@ValueSource(strings = { "400 {'error':{'code':'json_validate_failed','failed_generation':'{'}}",
			"200 {'error':{'code':502,'message':'bad gateway'}}",
			"200 {'choices':[{'message':{'content':''},'finish_reason':'stop'}]}",
			"200 {'choices':[],'usage':{'prompt_tokens':900,'completion_tokens':90}}",
			"200 {'choices':null,'usage':{'prompt_tokens':900}}",
			"200 {'choices':[{'message':{'role':'assistant'},'finish_reason':'length'}]}",
			"200 {'choices':[{'message':{'content':'<think>{\\u0022labels\\u0022:[{\\u0022id\\u0022:1,\\u0022label\\u0022:\\u0022ALLOW\\u0022}]}'},'finish_reason':'length'}]}",
			"200 {'choices':[{'message':{'content':'{\\u0022labels\\u0022:[{\\u0022id\\u0022:0,\\u0022label\\u0022:\\u0022ALLOW\\u0022}]}'},'finish_reason':'stop'}]}",
			"529 {'error':{'type':'overloaded_error'}}", "520 <html>", "502 <html>" })
	void isAskedAgainInTheSameFormat(String answer) {
		this.stub.next(Reply.of(answer));
		assertThat(judge(model(), "buy spam")).containsExactly(Map.entry("buy spam", Label.BLOCK));
		assertThat(this.stub.requests).hasSize(2)
			.allMatch((request) -> request.path("response_format").path("type").asString("").equals("json_schema"));
	}

	@Test
	void tokensOfAnAnswerWithoutChoicesAreCounted() {
		this.stub.next(Reply.of("200 {'choices':[],'usage':{'prompt_tokens':900,'completion_tokens':90}}"));
		judge(model(), "buy spam");
		assertThat(this.meters.get(Metrics.MODEL_TOKENS).tag("kind", "completion").counter().count())
			.isGreaterThanOrEqualTo(90);
	}

	/** x16, x17: adapts once, remembers it, and names what was wrong. */
	@ParameterizedTest
	@ValueSource(strings = {
			"400 temperature {'error':{'code':'unsupported_value','param':'temperature','message':'Unsupported value'}}",
			"400 temperature {'error':{'type':'invalid_request_error','message':'temperature is not supported by this model'}}",
			"400 stream {'error':{'message':'Extra inputs are not permitted: stream'}}",
			"400 max_tokens {'error':{'code':'unsupported_parameter','param':'max_tokens','message':'Unsupported parameter: use max_completion_tokens instead.'}}" })
	void aParameterThatIsNotSupportedIsLeftOut(String rule, CapturedOutput output) {
		String parameter = rule.split(" ")[1];
		this.stub.rejectParameter(parameter, Reply.of(rule.replace(" " + parameter + " ", " ")));
		Model model = model();
		assertThat(judge(model, "buy spam")).containsValue(Label.BLOCK);
		assertThat(judge(model, "more spam")).containsValue(Label.BLOCK);
		assertThat(this.stub.requests).hasSize(3);
		assertThat(this.stub.requests.getLast().has(parameter)).isFalse();
		assertThat(this.stub.requests.getLast().path("response_format").path("type").asString(""))
			.isEqualTo("json_schema");
		assertThat(Printed.soFar(output)).contains("unsupported (status 400, code ");
	}

	@Test
	void aBlankParameterIsLeftOut() {
		judge(model(null, Map.of("parameters.temperature", "")), "hello");
		assertThat(this.stub.requests.getLast().has("temperature")).isFalse();
	}

	/** x19. */
	@ParameterizedTest
	@ValueSource(strings = {
			"404 {'error':{'message':'No endpoints found that can handle the requested parameters.','code':404}}",
			"400 {'error':{'message':'response_format.type must be text or json_schema'}}", "422 {}", "400 {}" })
	void asksInTheNextFormatWhereOneIsNotSupported(String answer) {
		this.stub.rejectFormat("json_schema", Reply.of(answer));
		Model model = model();
		assertThat(judge(model, "buy spam")).containsValue(Label.BLOCK);
		assertThat(judge(model, "more spam")).containsValue(Label.BLOCK);
		assertThat(this.stub.requests).hasSize(3);
	}

	/** x20. */
	@Test
	void readsServerSentEvents() {
		Model model = model();
		this.stub.next((posts) -> answer(content(posts, posts)).wrap("data: ", "\n\ndata: [DONE]\n\n"));
		assertThat(judge(model, "buy spam")).containsValue(Label.BLOCK);
		this.stub.next((posts) -> answer(content(posts, posts)).wrap("", "\n\ndata: [DONE]\n\n"));
		assertThat(judge(model, "more spam")).containsValue(Label.BLOCK);
		this.stub.next((posts) -> new Reply(200,
				"data: {\"choices\":[{\"delta\":{\"content\":\"{\\\"labels\\\":[{\\\"id\\\":1,\"}}]}\n\n"
						+ "data: {\"choices\":[{\"delta\":{\"content\":\"\\\"label\\\":\\\"BLOCK\\\"}]}\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
				Map.of("Content-Type", "text/event-stream")));
		assertThat(judge(model, "yet more spam")).containsValue(Label.BLOCK);
		assertThat(this.stub.requests).hasSize(3).allMatch((request) -> !request.path("stream").asBoolean(true));
	}

	/** x21. */
	@Test
	void saysThatTheAddressIsWrong(CapturedOutput output) {
		this.stub.respondIf((posts) -> true,
				(posts) -> Reply.of("200 {'error':'Unexpected endpoint or method. (POST /chat/completions)'}"));
		assertThat(fault(model(), "post")).isEqualTo(Kind.UNAVAILABLE);
		assertThat(Printed.soFar(output)).contains("does it end in /v1?");
	}

	/** x22. */
	@Test
	void remembersHowLongAPromptMayBe() {
		this.stub.respondIf((posts) -> posts.size() > 3,
				(posts) -> Reply.of("400 {'error':{'type':'exceed_context_size_error','n_ctx':8}}"));
		Model model = model();
		for (int i = 0; i < 5; i++) {
			int batch = i;
			String[] posts = IntStream.range(0, 8)
				.mapToObj((post) -> "spam " + "very ".repeat(50) + batch + post)
				.toArray(String[]::new);
			assertThat(judge(model, posts)).hasSize(8);
		}
		assertThat(this.stub.requests).hasSizeLessThanOrEqualTo(1 + 2 + 4 + 4 * 4);
	}

	/** x23. */
	@Test
	void aPromptThatWasCutSilentlyIsNotBelieved(CapturedOutput output) {
		this.stub.respondIf((posts) -> posts.stream().mapToInt(String::length).sum() > 8_000,
				(posts) -> answer(content(posts, posts).replace("BLOCK", "ALLOW")).wrap("", "").usage(2_050));
		Model model = model();
		for (int i = 0; i < 3; i++) {
			int batch = i;
			String[] posts = IntStream.range(0, 8)
				.mapToObj((post) -> "spam " + batch + post + " some words of a longer post".repeat(70))
				.toArray(String[]::new);
			assertThat(judge(model, posts)).hasSize(8).doesNotContainValue(Label.ALLOW);
		}
		assertThat(Printed.soFar(output)).containsOnlyOnce("the provider read fewer tokens than were sent");
		assertThat(this.stub.requests).hasSizeLessThanOrEqualTo(3 + 4 + 3 * 4);
	}

	/** x13. */
	@ParameterizedTest
	@ValueSource(strings = { "200 {'choices':[],'usage':{'prompt_tokens':900,'completion_tokens':90}}",
			"200 {'choices':null,'usage':{'prompt_tokens':900,'completion_tokens':90}}",
			"200 {'choices':[{'message':{'role':'assistant'},'finish_reason':'length'}]}" })
	void saysOnceThatAnAnswerNeedsMoreRoom(String answer, CapturedOutput output) {
		this.stub.respond(answer);
		Model model = model();
		for (int i = 0; i < 5; i++) {
			assertThat(fault(model, "spam " + i)).isEqualTo(Kind.GARBAGE);
		}
		assertThat(this.stub.requests).as("each asked again once").hasSize(10);
		assertThat(Printed.soFar(output)).containsOnlyOnce("it needs more room, or less reasoning");
	}

	/** 26. */
	@Test
	void readsAnAnswerAfterBlankLines() {
		this.stub.blankLines = 20;
		assertThat(judge(model(), "buy spam", "hello")).containsEntry("buy spam", Label.BLOCK)
			.containsEntry("hello", Label.ALLOW);
	}

	/** x24. */
	@Test
	void whatStandsInTheReasoningIsNoAnswer(CapturedOutput output) {
		this.stub.respondIf((posts) -> true, (posts) -> Reply
			.of("200 {'choices':[{'message':{'content':null,'reasoning_content':'{\\u0022labels\\u0022:[{\\u0022id\\u0022:1,\\u0022label\\u0022:\\u0022BLOCK\\u0022}]}'},'finish_reason':'stop'}]}"));
		assertThat(fault(model(), "post")).isEqualTo(Kind.GARBAGE);
		assertThat(Printed.soFar(output)).containsOnlyOnce("the model reasons");
	}

	@Test
	void anAnswerThatIsCutOffGetsMoreRoom() {
		Model model = model();
		this.stub.respondIf((posts) -> this.stub.requests.getLast().path("max_tokens").asInt() < 1_000, (posts) -> Reply
			.of("200 {'choices':[{'message':{'content':'<think>Let me see'},'finish_reason':'length'}]}"));
		assertThat(judge(model, "buy spam")).containsValue(Label.BLOCK);
		assertThat(judge(model, "more spam")).containsValue(Label.BLOCK);
		assertThat(this.stub.requests).hasSize(3);
	}

	/** x28, with a start of 3 s. */
	@Test
	void labelsSoonAfterAProviderHasStarted() {
		long ready = System.nanoTime() + Duration.ofSeconds(3).toNanos();
		this.stub.respondIf((posts) -> System.nanoTime() < ready,
				(posts) -> Reply.of("503 {'error':{'code':503,'message':'Loading model','type':'unavailable_error'}}"));
		Model model = model();
		List<Map<String, Label>> answers = Objects.requireNonNull(Flux.range(0, 10)
			.delayElements(Duration.ofMillis(100))
			.flatMap((i) -> mono(model, "spam " + i), 20)
			.collectList()
			.block(LONGEST));
		assertThat(answers).hasSize(10);
		assertThat(this.stub.requests).hasSizeLessThan(20);
		assertThat(this.meters.get(Metrics.BREAKER_OPEN).gauge().value()).isZero();
	}

	/** x29. */
	@Test
	void readsGzip() {
		this.stub.next((posts) -> answer(content(posts, posts)).with("Content-Encoding", "gzip"));
		assertThat(judge(model(), "buy spam")).containsValue(Label.BLOCK);
	}

	/** 32. */
	@Test
	void doesNotBelieveAPage() {
		this.stub.respondIf((posts) -> true, (posts) -> new Reply(200,
				"<html><body>{\"choices\":[{\"message\":{\"content\":\"{\\\"1\\\":\\\"BLOCK\\\"}\"}}]}</body></html>",
				Map.of()));
		assertThat(fault(model(), "post")).isEqualTo(Kind.GARBAGE);
	}

	/** x33. */
	@Test
	void aConnectionThatBreaksBeforeTheAnswerIsNotARetry(CapturedOutput output) {
		Model model = model();
		judge(model, "first");
		this.stub.next((posts) -> Reply.CLOSE);
		assertThat(judge(model, "buy spam")).containsValue(Label.BLOCK);
		assertThat(this.meters.get(Metrics.MODEL_RETRIES).counter().count()).isZero();
		assertThat(Printed.soFar(output)).doesNotContain("\tat ");
	}

	@Test
	void aPostWithTheWordsOfAnErrorRestsNoKey() {
		this.stub.respondIf((posts) -> posts.stream().anyMatch((post) -> post.contains("bomb")),
				(posts) -> new Reply(400,
						"{\"error\":{\"code\":\"content_filter\",\"message\":\"Blocked: " + posts + "\"}}", Map.of()));
		Model model = model();
		assertThat(judge(model, "buy spam", "bomb incorrect api key insufficient_quota rate_limit_exceeded", "hello"))
			.hasSize(2);
		assertThat(judge(model, "more spam")).hasSize(1);
	}

	@Test
	void countsFailuresByCause() {
		this.stub.next(Reply.of("503 {'error':{'code':'overloaded','message':'secret'}}"));
		judge(model(), "buy spam");
		assertThat(this.meters.get(Metrics.MODEL_FAILURES)
			.tags("fault", "unavailable", "status", "503", "code", "overloaded")
			.counter()
			.count()).isOne();
		assertThat(this.meters.find(Metrics.MODEL_FAILURES).counters()).hasSize(1);
	}

	@Test
	void tellsAtMostSixtyCausesApart() {
		Failures failures = new Failures("m", this.meters, Clock.systemUTC());
		for (int i = 0; i < 500; i++) {
			failures.failed(Fault.REJECTED, new io.clearview.classifier.model.guard.Cause(400, "code" + i, "-", "-"),
					"");
		}
		assertThat(this.meters.find(Metrics.MODEL_FAILURES).counters()).hasSizeLessThan(70);
		assertThat(this.meters.find(Metrics.MODEL_FAILURES).counters().stream().mapToDouble(Counter::count).sum())
			.isEqualTo(500);
	}

	private Model model() {
		return model(null, Map.of());
	}

	private Model model(Path keys, Map<String, ?> settings) {
		Map<String, Object> all = new TreeMap<>(settings);
		all.put("base-url", this.stub.url());
		try {
			return provider.model(all, GuardLimits.of(GUARD),
					(keys != null) ? new KeyDirectory(keys).read() : List.of(ApiKey.NONE), StubbedProvider.PRICE,
					new Failures("m-1", this.meters, Clock.systemUTC()), this.meters);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void key(String name, String secret) {
		try {
			Files.writeString(this.keyFiles.resolve(name), secret);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The labels of those posts that have one. */
	private static Map<String, Label> judge(Model model, String... posts) {
		return Objects.requireNonNull(mono(model, posts).block(LONGEST));
	}

	private static Mono<Map<String, Label>> mono(Model model, String... posts) {
		return model.judge("no spam", List.of(posts)).map((judgements) -> {
			Map<String, Label> labels = new TreeMap<>();
			for (Judgement judgement : judgements) {
				if (judgement.fault() == null) {
					labels.put(posts[judgement.index()], judgement.label());
				}
			}
			return labels;
		});
	}

	private static Kind fault(Model model, String post) {
		return Objects
			.requireNonNull(model.judge("no spam", List.of(post))
				.<Throwable>map((answer) -> new AssertionError("answered " + answer))
				.onErrorResume(Mono::just)
				.cast(ModelException.class)
				.block(LONGEST))
			.kind();
	}

}
