package io.clearview.classifier.model.openai;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.clearview.classifier.cost.Price;
import io.clearview.classifier.model.Fault;
import io.clearview.classifier.model.Label;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.ModelException;
import io.clearview.classifier.model.guard.Failures;
import io.clearview.classifier.model.guard.GuardLimits;
import io.clearview.classifier.model.guard.ProviderException;
import io.clearview.classifier.model.guard.TokenUsage;
import io.clearview.classifier.model.guard.VirtualTime;
import io.clearview.classifier.model.openai.ProviderStub.Reply;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each provider as it speaks: what its profile sends, and what becomes of its own words
 * for a bad key, a declined post, a prompt that is too long and a waiting time.
 */
class ProfileTest {

	private static final Duration LONGEST = Duration.ofSeconds(60);

	private static final TokenUsage PLAIN = new TokenUsage(900, 0, 20);

	private static final String PLAIN_USAGE = "{'prompt_tokens':900,'completion_tokens':20,'total_tokens':920}";

	private static final String WORDS = "200 {'choices':[{'message':{'content':'I am sorry, but I cannot help with that.'},'finish_reason':'stop'}]}";

	private final ProviderStub stub = new ProviderStub();

	@AfterEach
	void stop() {
		this.stub.close();
	}

	/** What real providers want and answer. */
	private enum Vendor {

		OPENAI("openai", "https://api.openai.com/v1", "gpt-4.1-nano", "max_completion_tokens", true, "json_schema",
				"401 {'error':{'message':'Incorrect API key provided: sk-***.','type':'invalid_request_error','param':null,'code':'invalid_api_key'}}",
				"200 {'choices':[{'message':{'content':null,'refusal':'I cannot help with that'},'finish_reason':'stop'}]}",
				"400 {'error':{'message':'This model maximum context length is 8192 tokens.','type':'invalid_request_error','param':'messages','code':'context_length_exceeded'}}",
				Reply
					.of("429 {'error':{'message':'Rate limit reached for gpt-4.1-nano. Please try again in 1.5s.','type':'tokens','code':'rate_limit_exceeded'}}"),
				1_500,
				"{'prompt_tokens':900,'completion_tokens':20,'total_tokens':920,'prompt_tokens_details':{'cached_tokens':768,'audio_tokens':0},'completion_tokens_details':{'reasoning_tokens':0}}",
				new TokenUsage(900, 768, 20)),

		OPENAI_REASONING("openai", "https://api.openai.com/v1", "gpt-5-nano", "max_completion_tokens", false,
				"json_schema", OPENAI.badKey,
				"400 {'error':{'message':'Invalid prompt: your prompt was flagged as potentially violating our usage policy.','type':'invalid_request_error','param':null,'code':'invalid_prompt'}}",
				OPENAI.tooLong, OPENAI.tooMany, 1_500,
				"{'prompt_tokens':900,'completion_tokens':620,'total_tokens':1520,'completion_tokens_details':{'reasoning_tokens':600}}",
				new TokenUsage(900, 0, 620)),

		AZURE("azure", "https://mine.openai.azure.com/openai/v1", "gpt-4.1-nano", "max_completion_tokens", true,
				"json_schema",
				"401 {'error':{'code':'401','message':'Access denied due to invalid subscription key or wrong API endpoint.'}}",
				"400 {'error':{'message':'The response was filtered due to the prompt triggering content management policy','type':null,'param':'prompt','code':'content_filter','status':400,'innererror':{'code':'ResponsibleAIPolicyViolation'}}}",
				OPENAI.tooLong,
				Reply
					.of("429 {'error':{'code':'429','message':'Requests have exceeded the call rate limit. Please retry after 6 seconds.'}}"),
				6_000, PLAIN_USAGE, PLAIN),

		GEMINI("gemini", "https://generativelanguage.googleapis.com/v1beta/openai", "gemini-2.5-flash-lite",
				"max_tokens", true, "json_schema",
				"400 [{'error':{'code':400,'message':'API key not valid. Please pass a valid API key.','status':'INVALID_ARGUMENT','details':[{'@type':'type.googleapis.com/google.rpc.ErrorInfo','reason':'API_KEY_INVALID'}]}}]",
				"200 {'choices':[{'finish_reason':'content_filter','index':0,'message':{'role':'assistant'}}]}",
				"400 [{'error':{'code':400,'message':'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).','status':'INVALID_ARGUMENT'}}]",
				Reply
					.of("429 [{'error':{'code':429,'status':'RESOURCE_EXHAUSTED','details':[{'@type':'type.googleapis.com/google.rpc.RetryInfo','retryDelay':'6.5s'}]}}]"),
				6_500, "{'prompt_tokens':900,'completion_tokens':20,'total_tokens':1543}", new TokenUsage(900, 0, 643)),

		ANTHROPIC("anthropic", "https://api.anthropic.com/v1", "claude-haiku-4-5", "max_tokens", false, "",
				"401 {'type':'error','error':{'type':'authentication_error','message':'invalid x-api-key'}}",
				"200 {'choices':[{'message':{'role':'assistant','content':''},'finish_reason':'refusal'}]}",
				"400 {'error':{'code':null,'message':'prompt is too long: 210000 tokens > 200000 maximum','type':'invalid_request_error','param':null}}",
				Reply
					.of("429 {'type':'error','error':{'type':'rate_limit_error','message':'This request would exceed your organization rate limit'}}")
					.with("retry-after", "12"),
				12_000, PLAIN_USAGE, PLAIN),

		MISTRAL("mistral", "https://api.mistral.ai/v1", "mistral-small-latest", "max_tokens", true, "json_schema",
				"401 {'message':'Unauthorized','request_id':'x'}", WORDS,
				"400 {'object':'error','message':'Prompt contains 65673 tokens and 0 draft tokens, too large for model with 32768 maximum context length','type':'invalid_request_prompt','code':'3051'}",
				Reply
					.of("429 {'object':'error','message':'Requests rate limit exceeded','type':'rate_limited','code':'1300'}"),
				1_000, PLAIN_USAGE, PLAIN),

		GROQ("groq", "https://api.groq.com/openai/v1", "llama-3.1-8b-instant", "max_completion_tokens", true,
				"json_schema",
				"401 {'error':{'message':'Invalid API Key','type':'invalid_request_error','code':'invalid_api_key'}}",
				WORDS,
				"413 {'error':{'message':'Request too large for model llama-3.1-8b-instant on tokens per minute (TPM): Limit 6000, Requested 7000, please reduce your message size and try again.','type':'tokens','code':'rate_limit_exceeded'}}",
				Reply
					.of("429 {'error':{'message':'Rate limit reached for model x. Please try again in 7m12.5s.','type':'tokens','code':'rate_limit_exceeded'}}")
					.with("retry-after", "2"),
				2_000,
				"{'queue_time':0.1,'prompt_tokens':900,'prompt_time':0.1,'completion_tokens':20,'completion_time':0.1,'total_tokens':920,'total_time':0.2}",
				PLAIN),

		DEEPSEEK("deepseek", "https://api.deepseek.com/v1", "deepseek-chat", "max_tokens", true, "json_object",
				"401 {'error':{'message':'Authentication Fails, Your api key: ****abcd is invalid','type':'authentication_error','param':null,'code':'invalid_request_error'}}",
				"400 {'error':{'message':'Content Exists Risk','type':'invalid_request_error','param':null,'code':'invalid_request_error'}}",
				"400 {'error':{'message':'This model maximum context length is 65536 tokens. However, you requested 70000 tokens.','type':'invalid_request_error','param':null,'code':'invalid_request_error'}}",
				Reply.of("429 {'error':{'message':'Rate limit reached','type':'rate_limit_error'}}"), 1_000,
				"{'prompt_tokens':900,'completion_tokens':20,'total_tokens':920,'prompt_cache_hit_tokens':768,'prompt_cache_miss_tokens':132}",
				new TokenUsage(900, 768, 20)),

		OPENROUTER("openrouter", "https://openrouter.ai/api/v1", "openai/gpt-4.1-nano", "max_tokens", true,
				"json_schema", "401 {'error':{'message':'No auth credentials found','code':401}}",
				"403 {'error':{'code':403,'message':'x requires moderation on y. Your input was flagged','metadata':{'reasons':['x'],'flagged_input':'bomb'}}}",
				"400 {'error':{'message':'This endpoint maximum context length is 8192 tokens. However, you requested about 9000 tokens','code':400}}",
				Reply.of("200 {'error':{'message':'Rate limit exceeded: free-models-per-min.','code':429}}")
					.with("Retry-After", "4"),
				1_000,
				"{'prompt_tokens':900,'completion_tokens':20,'total_tokens':920,'cost':0.0001,'prompt_tokens_details':{'cached_tokens':0}}",
				PLAIN),

		OLLAMA("ollama", "http://localhost:11434/v1", "llama3.2", "max_tokens", true, "json_schema",
				"401 {'error':'unauthorized'}", WORDS,
				"400 {'error':{'message':'prompt too long; exceeded max context length by 12 tokens','type':'invalid_request_error','param':null,'code':null}}",
				Reply.of("429 {'error':{'message':'too many concurrent requests','type':'api_error'}}"), 1_000,
				PLAIN_USAGE, PLAIN),

		VLLM("vllm", "http://vllm.models:8000/v1", "qwen2.5", "max_tokens", true, "json_schema",
				"401 {'error':'Unauthorized'}", WORDS,
				"400 {'object':'error','message':'This model maximum context length is 4096 tokens. However, you requested 5000 tokens in the messages, Please reduce the length of the messages.','type':'BadRequestError','param':null,'code':400}",
				Reply.of("429 {'detail':'Too many requests'}").with("Retry-After", "3"), 3_000,
				"{'prompt_tokens':900,'total_tokens':920,'completion_tokens':20,'prompt_tokens_details':null}", PLAIN),

		LLAMA_CPP("llama-cpp", "http://llama:8080/v1", "any", "max_tokens", true, "json_schema",
				"401 {'error':{'code':401,'message':'Invalid API Key','type':'authentication_error'}}", WORDS,
				"400 {'error':{'code':400,'message':'the request exceeds the available context size','type':'exceed_context_size_error','n_prompt_tokens':9000,'n_ctx':4096}}",
				Reply.of("503 {'error':{'code':503,'message':'Loading model','type':'unavailable_error'}}"), 1_000,
				PLAIN_USAGE, PLAIN),

		LM_STUDIO("lm-studio", "http://localhost:1234/v1", "any", "max_tokens", true, "json_schema",
				"401 {'error':{'message':'Invalid API key','type':'invalid_request_error','code':'invalid_api_key'}}",
				WORDS,
				"400 {'error':'The number of tokens to keep from the initial prompt is greater than the context length. Try to load the model with a larger context length, or provide a shorter input'}",
				Reply.of("429 {'error':'busy'}"), 1_000, PLAIN_USAGE, PLAIN),

		LITELLM("litellm", "http://litellm:4000/v1", "routed", "max_tokens", true, "json_schema",
				"401 {'error':{'message':'Authentication Error, Invalid proxy server token passed.','type':'auth_error','param':'None','code':'401'}}",
				"400 {'error':{'message':'litellm.BadRequestError: litellm.ContentPolicyViolationError: x','type':null,'param':null,'code':'400'}}",
				"400 {'error':{'message':'litellm.ContextWindowExceededError: litellm.BadRequestError: x','type':null,'param':null,'code':'400'}}",
				Reply
					.of("429 {'error':{'message':'litellm.RateLimitError: x','type':'throttling_error','param':null,'code':'429'}}")
					.with("retry-after", "5"),
				5_000, PLAIN_USAGE, PLAIN);

		private final String profile;

		private final String url;

		private final String model;

		private final String tokenParameter;

		private final boolean temperature;

		private final String format;

		private final String badKey;

		private final String declined;

		private final String tooLong;

		private final Reply tooMany;

		private final long waitMillis;

		private final String usage;

		private final TokenUsage billed;

		Vendor(String profile, String url, String model, String tokenParameter, boolean temperature, String format,
				String badKey, String declined, String tooLong, Reply tooMany, long waitMillis, String usage,
				TokenUsage billed) {
			this.profile = profile;
			this.url = url;
			this.model = model;
			this.tokenParameter = tokenParameter;
			this.temperature = temperature;
			this.format = format;
			this.badKey = badKey;
			this.declined = declined;
			this.tooLong = tooLong;
			this.tooMany = tooMany;
			this.waitMillis = waitMillis;
			this.usage = usage;
			this.billed = billed;
		}

	}

	@ParameterizedTest
	@EnumSource
	void isChosenByUrlAndByName(Vendor vendor) {
		OpenAiProperties byUrl = Settings.of(Map.of("base-url", vendor.url, "name", vendor.model));
		OpenAiProperties byName = Settings
			.of(Map.of("base-url", "http://10.0.0.1:9/v1", "name", vendor.model, "profile", vendor.profile));
		assertThat(byUrl.chosenProfile()).isEqualTo(byUrl.profiles().get(vendor.profile))
			.isEqualTo(byName.chosenProfile());
		assertThat(Settings.of(Map.of("base-url", "https://" + vendor.profile + ".example/v1", "name", "m"))
			.chosenProfile()).isEqualTo(byUrl.profiles().get("other"));
	}

	@ParameterizedTest
	@EnumSource
	void sendsWhatTheProviderWants(Vendor vendor) {
		assertThat(labels(model(vendor, "k"), "buy spam", "hello")).containsEntry("buy spam", Label.BLOCK)
			.containsEntry("hello", Label.ALLOW);
		JsonNode request = this.stub.requests.getFirst();
		assertThat(request.path("model").asString()).isEqualTo(vendor.model);
		assertThat(request.has(vendor.tokenParameter)).isTrue();
		assertThat(request.has("temperature")).isEqualTo(vendor.temperature);
		assertThat(request.path("response_format").path("type").asString("")).isEqualTo(vendor.format);
		assertThat(request.path("stream").asBoolean(true)).isFalse();
		assertThat(request.propertyNames()).isSubsetOf("model", "messages", "stream", "temperature", "response_format",
				vendor.tokenParameter);
		assertThat(request.path(vendor.tokenParameter).asInt() > 4_000).as("room to reason")
			.isEqualTo(vendor == Vendor.OPENAI_REASONING || vendor == Vendor.GEMINI);
		boolean azure = vendor == Vendor.AZURE;
		assertThat(this.stub.heads.getFirst().apiKey()).isEqualTo(azure ? "k" : null);
		assertThat(this.stub.heads.getFirst().authorization()).isEqualTo(azure ? null : "Bearer k");
	}

	@ParameterizedTest
	@EnumSource
	void aBadKeyIsFollowedByTheNext(Vendor vendor) {
		this.stub.respondIf((_) -> Stream.of(head().authorization(), head().apiKey())
			.anyMatch((key) -> key != null && key.endsWith("bad")), (_) -> Reply.of(vendor.badKey));
		Model model = model(vendor, "bad", "good");
		assertThat(labels(model, "buy spam")).containsValue(Label.BLOCK);
		assertThat(labels(model, "more spam")).containsValue(Label.BLOCK);
		assertThat(this.stub.requests).hasSize(3);
	}

	@ParameterizedTest
	@EnumSource
	void aDeclinedPostHarmsNoOther(Vendor vendor) {
		Model model = model(vendor, "k");
		labels(model, "first");
		this.stub.declines(vendor.declined);
		assertThat(labels(model, "buy spam", "a bomb", "hello", "more spam", "fine")).containsOnlyKeys("buy spam",
				"hello", "more spam", "fine");
		assertThat(model.judge("no spam", List.of("a bomb"))
			.map((_) -> Fault.UNEXPECTED)
			.onErrorResume(ModelException.class, (failure) -> Mono.just(failure.fault()))
			.block(LONGEST)).isEqualTo(Fault.DECLINED_LATELY);
	}

	@ParameterizedTest
	@EnumSource
	void aPromptThatIsTooLongIsHalved(Vendor vendor) {
		this.stub.respondIf((posts) -> posts.size() > 2, (_) -> Reply.of(vendor.tooLong));
		Model model = model(vendor, "k");
		assertThat(labels(model, "a spam", "b", "c spam", "d", "e spam")).hasSize(5);
		assertThat(labels(model, "f", "g spam")).hasSize(2);
	}

	/** In a header, in the body, or not at all: then it is a second. */
	@ParameterizedTest
	@EnumSource
	void waitsAsLongAsTheProviderSays(Vendor vendor) {
		OpenAiProvider provider = provider(vendor, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), "k");
		this.stub.next(vendor.tooMany);
		ProviderException failure = provider.ask("no spam", List.of("a spam"))
			.map((_) -> new ProviderException(Fault.UNEXPECTED, Duration.ZERO, 0, TokenUsage.NONE, ""))
			.onErrorResume(ProviderException.class, Mono::just)
			.block(LONGEST);
		assertThat(Objects.requireNonNull(failure).fault())
			.isEqualTo((vendor == Vendor.LLAMA_CPP) ? Fault.LOADING : Fault.RATE_LIMIT);
		assertThat(provider.cooldown()).isEqualTo(Duration.ofMillis(vendor.waitMillis));
	}

	@ParameterizedTest
	@EnumSource
	void countsWhatTheProviderBills(Vendor vendor) {
		this.stub.next((posts) -> ProviderStub.answer(ProviderStub.content(posts, posts)).usage(vendor.usage));
		assertThat(Objects
			.requireNonNull(provider(vendor, Clock.systemUTC(), "k").ask("no spam", List.of("a spam")).block(LONGEST))
			.usage()).isEqualTo(vendor.billed);
	}

	@Test
	void everyProfileIsTested() {
		assertThat(Settings.of(Map.of("name", "m")).profiles().keySet()).containsExactlyInAnyOrderElementsOf(
				Stream.concat(Stream.of("other"), Arrays.stream(Vendor.values()).map((vendor) -> vendor.profile))
					.distinct()
					.toList());
	}

	private ProviderStub.Head head() {
		return this.stub.heads.getLast();
	}

	private Map<String, Label> labels(Model model, String... posts) {
		Map<String, Label> labels = new TreeMap<>();
		Objects.requireNonNull(model.judge("no spam", List.of(posts)).block(LONGEST)).forEach((judgement) -> {
			if (judgement.fault() == null) {
				labels.put(posts[judgement.index()], judgement.label());
			}
		});
		return labels;
	}

	private Model model(Vendor vendor, String... keys) {
		VirtualTime time = new VirtualTime();
		return time.guard(provider(vendor, time.clock(), keys), GuardLimits.of(Map.of()), new SimpleMeterRegistry());
	}

	/** The stub's address, with the profile by its name: ports are not ours to choose. */
	private OpenAiProvider provider(Vendor vendor, Clock clock, String... keys) {
		OpenAiProperties properties = Settings
			.of(new HashMap<>(Map.of("base-url", this.stub.url(), "name", vendor.model, "profile", vendor.profile)));
		ApiKeys ring = new ApiKeys();
		ring.replace(Arrays.stream(keys).map((key) -> new ApiKey(key, key)).toList());
		return new OpenAiProvider(OpenAiConfiguration.api(properties, LONGEST), properties,
				new Prompt(() -> ProviderStub.CODE), ring, new Price(0.1, 0.025, 0.8),
				new Failures(vendor.model, new SimpleMeterRegistry(), clock), clock);
	}

}
