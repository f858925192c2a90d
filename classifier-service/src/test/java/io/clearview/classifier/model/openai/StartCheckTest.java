package io.clearview.classifier.model.openai;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import javax.net.ssl.SSLHandshakeException;

import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.guard.Failures;
import io.clearview.classifier.model.guard.GuardLimits;
import io.clearview.classifier.model.guard.GuardProperties;
import io.clearview.classifier.model.openai.ProviderStub.Reply;
import io.clearview.classifier.telemetry.Metrics;
import io.clearview.kit.testing.Logged;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.DecoderException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.actuate.info.Info;

import static org.assertj.core.api.Assertions.assertThat;

/** What the log says of a wrong setting when the service has started. */
class StartCheckTest {

	private static final Duration LONGEST = Duration.ofSeconds(60);

	@RegisterExtension
	static final StubbedProvider provider = new StubbedProvider();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final Failures failures = new Failures("m-1", this.meters, Clock.systemUTC());

	private final ProviderStub stub = provider.stub();

	@Test
	void labelsOnePostAndCountsItsCost() {
		this.stub.next((posts) -> ProviderStub.answer(ProviderStub.content(posts, posts))
			.usage("{'prompt_tokens':400,'completion_tokens':20}"));
		assertThat(check("works", Map.of())).singleElement().asString().contains("labelled the start check's post");
		assertThat(this.stub.requests).hasSize(1);
		assertThat(this.meters.get(Metrics.MODEL_TOKENS).tag("kind", "prompt").counter().count()).isEqualTo(400);
		assertThat(this.meters.get(Metrics.MODEL_TOKENS).tag("kind", "completion").counter().count()).isEqualTo(20);
	}

	/** In the words of OpenAI, Ollama, vLLM, LM Studio, Anthropic, Azure and others. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					404 404 page not found | base-url
					404 {'detail':'Not Found'} | base-url
					404 {'error':{'message':'Invalid URL (POST /chat/completions)','type':'invalid_request_error'}} | base-url
					404 {'type':'error','error':{'type':'not_found_error','message':'Not Found'}} | base-url
					404 {'error':{'code':'404','message':'Resource not found'}} | base-url
					405 {'detail':'Method Not Allowed'} | base-url
					200 {'error':'Unexpected endpoint or method. (POST /chat/completions)'} | base-url
					200 <html><body>A web interface</body></html> | base-url
					302 <html>Moved</html> | base-url
					200 {} | base-url
					200 {'status':'ok'} | base-url
					200 Ollama is running | base-url
					404 {'error':{'message':'The model `m-1` does not exist or you do not have access to it.','type':'invalid_request_error','code':'model_not_found'}} | name to one that it offers
					404 {'error':{'message':'model \\u0022m-1\\u0022 not found, try pulling it first','type':'api_error'}} | name to one that it offers
					404 {'object':'error','message':'The model m-1 does not exist.','type':'NotFoundError','code':404} | name to one that it offers
					404 {'type':'error','error':{'type':'not_found_error','message':'model: m-1'}} | name to one that it offers
					404 [{'error':{'code':404,'message':'models/m-1 is not found for API version v1main','status':'NOT_FOUND'}}] | name to one that it offers
					400 {'object':'error','message':'Invalid model: m-1','type':'invalid_model','code':'1500'} | name to one that it offers
					400 {'error':{'message':'Model Not Exist','type':'invalid_request_error','code':'invalid_request_error'}} | name to one that it offers
					400 {'error':{'message':'m-1 is not a valid model ID','code':400}} | name to one that it offers
					404 {'error':{'code':'DeploymentNotFound','message':'The API deployment for this resource does not exist.'}} | name to one that it offers
					400 {'error':{'message':'/chat/completions: Invalid model name passed in model=m-1. Call /v1/models'}} | name to one that it offers
					401 {'error':{'message':'Incorrect API key provided: sk-secret','code':'invalid_api_key'}} | keys
					400 [{'error':{'status':'INVALID_ARGUMENT','details':[{'reason':'API_KEY_INVALID'}]}}] | keys
					403 {'error':{'message':'sk-secret may not do this'}} | keys
					402 {'error':{'message':'Insufficient Balance'}} | keys
					400 {'error':{'message':'something else'}} | base-url
					200 {'choices':[{'message':{'content':null,'reasoning_content':'sk-secret'},'finish_reason':'length'}]} | parameters.reasoning_effort
					200 {'choices':[{'message':{'content':''},'finish_reason':'length'}]} | parameters.reasoning_effort
					""")
	void saysInOneLineWhatToSet(String response, String setting) {
		this.stub.respond(response);
		assertThat(check("misconfigured", Map.of())).singleElement()
			.asString()
			.contains("clearview.model." + setting)
			.doesNotContain("sk-secret", "Good morning", "\n");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					temperature | 400 {'error':{'code':'unsupported_value','param':'temperature','message':'Unsupported value'}} | parameters.temperature to nothing
					temperature | 400 {'error':{'type':'invalid_request_error','message':'temperature is not supported'}} | parameters.temperature to nothing
					max_tokens | 400 {'error':{'code':'unsupported_parameter','param':'max_tokens','message':'use max_completion_tokens'}} | max-tokens-parameter to max_completion_tokens
					response_format | 400 {'error':{'message':'response_format is not supported'}} | profile
					response_format | 400 {} | profile
					""")
	void saysWhatIsNotSentAnyMoreAndWorks(String parameter, String response, String setting) {
		this.stub.rejectParameter(parameter, Reply.of(response));
		assertThat(check("works", Map.of())).hasSize(2).first().asString().contains("clearview.model." + setting);
	}

	@Test
	void aReasoningModelThatGetsMoreRoomWorks() {
		this.stub
			.next(Reply.of("200 {'choices':[{'message':{'content':null,'reasoning':'hm'},'finish_reason':'length'}]}"));
		assertThat(check("works", Map.of())).hasSize(2)
			.first()
			.asString()
			.contains("clearview.model.parameters.reasoning_effort");
	}

	/** Whether it labels other posts is not known. */
	@ParameterizedTest
	@ValueSource(strings = { "200 {'choices':[{'message':{'content':'Post 1 is fine.'},'finish_reason':'stop'}]}",
			"200 {'choices':[{'message':{'content':'{}'},'finish_reason':'stop'}]}",
			"200 {'choices':[{'message':{'content':'[{\\u0022id\\u0022:7,\\u0022label\\u0022:\\u0022BLOCK\\u0022}]'},'finish_reason':'stop'}]}",
			"400 {'error':{'code':'json_validate_failed','failed_generation':'Post 1 is fine.'}}" })
	void aModelThatAnswersWithoutLabelsIsNoWrongSetting(String response) {
		this.stub.respond(response);
		assertThat(check("unlabelled", Map.of())).singleElement()
			.asString()
			.contains("clearview.model.name")
			.doesNotContain("Post 1");
	}

	@Test
	void saysThatNobodyListens() throws IOException {
		int port;
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			port = socket.getLocalPort();
		}
		assertThat(check("unavailable", Map.of("base-url", "http://user:sk-secret@127.0.0.1:" + port + "/v1")))
			.singleElement()
			.asString()
			.contains("connection_refused", "clearview.model.base-url", "http://127.0.0.1:" + port + "/v1")
			.doesNotContain("sk-secret");
	}

	@Test
	void saysThatTheNameIsUnknown() {
		assertThat(check("unavailable", Map.of("base-url", "http://nowhere.invalid/v1"))).singleElement()
			.asString()
			.contains("unknown_host", "clearview.model.base-url cannot be resolved");
	}

	@Test
	void aCertificateThatIsNotTrustedIsNamed() {
		Throwable fault = new DecoderException(new SSLHandshakeException("PKIX path building failed"));
		assertThat(Advice.cause(fault).code()).isEqualTo("tls");
		assertThat(new Advice(Settings.of(Map.of("name", "m"))).onNoAnswer(Advice.cause(fault))).contains("certificate",
				"clearview.model.base-url");
	}

	@Test
	void saysThatTheProviderDoesNotSpeakTls() {
		assertThat(check("unavailable", Map.of("base-url", "https://127.0.0.1:" + this.stub.port() + "/v1")))
			.singleElement()
			.asString()
			.contains("clearview.model.base-url");
	}

	@Test
	void aProviderThatHangsIsToldOnce() throws IOException {
		try (ServerSocket hangs = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			assertThat(check("unavailable",
					Map.of("base-url", "http://127.0.0.1:" + hangs.getLocalPort() + "/v1", "timeout", "200ms")))
				.singleElement()
				.asString()
				.contains("clearview.model.guard.timeout");
		}
	}

	@Test
	void asksNothingWhereItIsOff() {
		StartCheck check = new StartCheck(false, model(Map.of()), this.failures);
		check.run();
		assertThat(state(check)).containsEntry("startCheck", "off");
		assertThat(this.stub.requests).isEmpty();
	}

	/** The lines of the log, once the check has come to {@code state}. */
	private List<String> check(String state, Map<String, String> settings) {
		try (Logged logged = new Logged("io.clearview.classifier.model")) {
			StartCheck check = new StartCheck(true, model(settings), this.failures);
			check.run();
			long end = System.nanoTime() + LONGEST.toNanos();
			while ("running".equals(state(check).get("startCheck")) && System.nanoTime() < end) {
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
			}
			assertThat(state(check)).containsEntry("startCheck", state);
			return List.copyOf(logged.messages());
		}
	}

	@SuppressWarnings("unchecked")
	private static Map<String, String> state(StartCheck check) {
		Info.Builder builder = new Info.Builder();
		check.contribute(builder);
		return (Map<String, String>) builder.build().getDetails().get("model");
	}

	private Model model(Map<String, String> settings) {
		GuardProperties limits = GuardLimits
			.of(Map.of("timeout", settings.getOrDefault("timeout", "5s"), "retry-backoff", "1ms", "retries", "0"));
		Map<String, Object> all = new HashMap<>(Map.of("base-url", this.stub.url()));
		all.putAll(settings);
		return provider.model(all, limits, List.of(new ApiKey("a", "sk-secret")), StubbedProvider.PRICE, this.failures,
				this.meters);
	}

}
