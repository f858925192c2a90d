package io.clearview.classifier.model.openai;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.clearview.classifier.cost.Price;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.guard.Failures;
import io.clearview.classifier.model.guard.GuardLimits;
import io.clearview.classifier.model.guard.VirtualTime;
import io.clearview.classifier.model.openai.ProviderStub.Reply;
import io.clearview.kit.testing.Logged;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Providers that want to be left alone for a while, ten requests a second. Requests go
 * over HTTP and take no time; time itself is virtual.
 */
class ProviderTimeTest {

	private static final Duration STEP = Duration.ofMillis(100);

	private static final Duration LONGEST = Duration.ofSeconds(60);

	private final VirtualTime time = new VirtualTime();

	private final ProviderStub stub = new ProviderStub();

	private final Logged logged = new Logged("io.clearview.classifier.model");

	private final List<Asked> asked = new ArrayList<>();

	@AfterEach
	void stop() {
		this.logged.close();
		this.stub.close();
	}

	/** A 11. */
	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 5, 7, 10, 20, 33, 47, 59, 60 })
	void oneOfOneKeyIsUsedAgainWhenItsWaitingTimeIsOver(int seconds) {
		Model model = model("a");
		pass(model, Duration.ofSeconds(2));
		this.stub.next(tooMany(seconds));
		Duration limited = this.time.now();
		pass(model, Duration.ofSeconds(seconds + 20));
		Duration back = limited.plusSeconds(seconds);
		assertThat(this.asked).filteredOn((it) -> !it.begun.minus(back).isNegative())
			.as("after the wait")
			.hasSizeGreaterThan(180)
			.allSatisfy((it) -> assertThat(it.labelled).isTrue());
		assertThat(this.asked).filteredOn((it) -> it.begun.compareTo(back.minusSeconds(6)) > 0)
			.as("with time to wait")
			.allSatisfy((it) -> assertThat(it.labelled).isTrue());
		assertThat(this.stub.requests).as("sent during the wait")
			.hasSizeLessThanOrEqualTo(this.asked.size() - Math.max(0, 10 * (seconds - 8)) + 2);
		assertThat(this.time.isBreakerClosed()).isTrue();
		assertThat(this.logged.messages()).filteredOn((line) -> line.contains("model API key a")).hasSize(2);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 5, 7, 10, 20, 33, 47, 59, 60 })
	void nothingIsLostWithOneOfTwoKeys(int seconds) {
		Model model = model("a", "b");
		pass(model, Duration.ofSeconds(2));
		this.stub.next(tooMany(seconds));
		pass(model, Duration.ofSeconds(seconds + 5));
		assertThat(this.asked).allSatisfy((it) -> assertThat(it.labelled).isTrue());
		assertThat(this.stub.requests).hasSize(this.asked.size() + 1);
		assertThat(this.stub.heads.getLast().authorization()).as("the first again").isEqualTo("Bearer sk-a");
		assertThat(this.time.isBreakerClosed()).isTrue();
	}

	/** OpenRouter repeats the headers of a provider in the body. */
	@ParameterizedTest
	@ValueSource(strings = {
			"429 {'error':{'code':429,'message':'Rate limit exceeded','metadata':{'headers':{'X-RateLimit-Limit':'20','X-RateLimit-Remaining':'0','X-RateLimit-Reset':'%d'}}}}",
			"200 {'error':{'code':429,'message':'Rate limit exceeded','metadata':{'headers':{'x-ratelimit-reset':%d}}}}" })
	void waitsUntilTheResetThatTheBodyNames(String response) {
		Model model = model("a");
		pass(model, Duration.ofSeconds(2));
		Duration reset = this.time.now().plusSeconds(25);
		int before = this.stub.requests.size();
		long millis = this.time.clock().instant().plusSeconds(25).toEpochMilli();
		this.stub.next(Reply.of(response.formatted(millis)));
		pass(model, Duration.ofSeconds(1));
		assertThat(this.stub.requests).hasSize(before + 1);
		pass(model, Duration.ofSeconds(8));
		assertThat(this.stub.requests).as("sent during the wait").hasSize(before + 1);
		pass(model, Duration.ofSeconds(20));
		assertThat(this.asked).filteredOn((it) -> it.begun.compareTo(reset) > 0)
			.isNotEmpty()
			.allSatisfy((it) -> assertThat(it.labelled).isTrue());
		assertThat(this.time.isBreakerClosed()).isTrue();
	}

	/** A 12, A 34. */
	@ParameterizedTest
	@ValueSource(strings = {
			"429 {'error':{'code':429,'status':'RESOURCE_EXHAUSTED','details':[{'violations':[{'quotaId':'GenerateRequestsPerDayPerProjectPerModel-FreeTier'}]}]}}",
			"429 {'error':{'message':'Budget has been exceeded! Current cost: 1, Max budget: 1','type':'budget_exceeded','param':null,'code':'429'}}",
			"429 {'error':{'message':'You exceeded your current quota','code':'insufficient_quota'}}" })
	void aUsedUpQuotaIsAskedForOnceAMinuteAndLoggedOnce(String response) {
		this.stub.respond(response);
		pass(model("a"), Duration.ofMinutes(10));
		assertThat(this.stub.requests).hasSizeBetween(9, 11);
		assertThat(this.logged.messages()).singleElement().asString().contains("model API key a", "once a minute");
		assertThat(this.time.isBreakerClosed()).isTrue();
	}

	/** A 28. */
	@Test
	void labelsAtMostTwoSecondsAfterAProviderHasLoadedItsModel() {
		Duration ready = Duration.ofSeconds(12);
		this.stub.respondIf((_) -> this.time.now().compareTo(ready) < 0,
				(_) -> Reply.of("503 {'error':{'code':503,'message':'Loading model','type':'unavailable_error'}}"));
		pass(model("a"), Duration.ofSeconds(30));
		assertThat(this.asked).filteredOn((it) -> it.begun.compareTo(ready.minusSeconds(5)) > 0)
			.isNotEmpty()
			.allSatisfy((it) -> assertThat(it.labelled).isTrue());
		assertThat(this.asked).filteredOn((it) -> it.labelled)
			.first()
			.satisfies((it) -> assertThat(it.ended).isLessThanOrEqualTo(ready.plusSeconds(2)));
		assertThat(this.stub.requests.size() - this.asked.stream().filter((it) -> it.labelled).count())
			.as("sent while it loaded")
			.isLessThanOrEqualTo(14);
		assertThat(this.time.isBreakerClosed()).isTrue();
	}

	private static Reply tooMany(int seconds) {
		return Reply.of("429 {}").with("Retry-After", Integer.toString(seconds));
	}

	/** Ten requests a second, until all have ended. */
	private void pass(Model model, Duration duration) {
		Duration end = this.time.now().plus(duration);
		List<Asked> mine = new ArrayList<>();
		while (this.time.now().compareTo(end) < 0) {
			Asked request = new Asked(this.time.now());
			mine.add(request);
			model.judge("no spam", List.of("spam " + this.asked.size() + " " + mine.size()))
				.subscribe((_) -> request.ended(this.time.now(), true), (_) -> request.ended(this.time.now(), false));
			this.time.pass(STEP);
		}
		this.time.pass(Duration.ofSeconds(8));
		assertThat(mine).allSatisfy((it) -> assertThat(it.ended).isNotNull());
		this.asked.addAll(mine);
	}

	private Model model(String... keys) {
		OpenAiProperties properties = Settings.of(Map.of("base-url", this.stub.url(), "name", "m-1"));
		ApiKeys ring = new ApiKeys();
		ring.replace(List.of(keys).stream().map((key) -> new ApiKey(key, "sk-" + key)).toList());
		ChatApi api = OpenAiConfiguration.api(properties, LONGEST);
		// HTTP is over before virtual time goes on
		ChatApi immediate = (headers, request) -> Mono.fromCallable(() -> {
			return api.complete(headers, request).block(LONGEST);
		});
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		OpenAiProvider provider = new OpenAiProvider(immediate, properties, new Prompt(() -> ProviderStub.CODE), ring,
				new Price(0.1, 0.025, 0.8), new Failures("m-1", meters, this.time.clock()), this.time.clock());
		return this.time.guard(provider, GuardLimits.of(Map.of()), meters);
	}

	/** A request, and how it ended. */
	private static final class Asked {

		private final Duration begun;

		private @Nullable Duration ended;

		private boolean labelled;

		Asked(Duration begun) {
			this.begun = begun;
		}

		void ended(Duration when, boolean labelled) {
			this.ended = when;
			this.labelled = labelled;
		}

	}

}
