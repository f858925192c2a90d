package io.clearview.classifier;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import io.clearview.classifier.identity.TestGateway;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.telemetry.Metrics;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One account sends posts that the provider declines, as many as it may and with the
 * preference that everybody has, while others ask for ordinary posts. Limits are the
 * shipped ones: others are judged, and the calls that are declined are no more than the
 * posts that the account's quota paid for.
 * <p>
 * Takes some seconds a form; {@code -Dclearview.declined-attack=PT10M} attacks for ten
 * minutes.
 */
class DeclinedPostsAttackTest {

	private static final String LASTS = "clearview.declined-attack";

	private static final int USERS = 6;

	private static final Duration LONGEST = Duration.ofSeconds(120);

	/** In the words of Azure, OpenAI, DeepSeek, LiteLLM, OpenRouter and others. */
	private static final List<String> FORMS = List.of(
			"400 {'error':{'code':'content_filter','innererror':{'code':'ResponsibleAIPolicyViolation'}}}",
			"400 {'error':{'code':'invalid_prompt','message':'Invalid prompt: flagged'}}",
			"400 {'error':{'message':'Content Exists Risk','code':'invalid_request_error'}}",
			"400 {'error':{'message':'litellm.BadRequestError: litellm.ContentPolicyViolationError: x','code':'400'}}",
			"403 {'error':{'code':403,'message':'Your input was flagged','metadata':{'reasons':['x']}}}",
			"403 <html>Blocked by the firewall</html>", "400 oops",
			"200 {'choices':[{'message':{'content':null,'refusal':'I cannot help'},'finish_reason':'stop'}]}",
			"200 {'choices':[{'message':{'content':'I am sorry, I can not help with that.'},'finish_reason':'stop'}]}",
			"200 {'choices':[{'message':{'role':'assistant'},'finish_reason':'content_filter'}]}");

	@RegisterExtension
	static final Fleet fleet = Fleet.of(1, "clearview.model.guard.timeout=5s", "clearview.model.guard.retries=2",
			"clearview.model.guard.breaker-failures=10");

	private static final TestGateway gateway = fleet.gateway();

	private static final ModelStub model = fleet.model();

	private static final AtomicInteger users = new AtomicInteger();

	private final AtomicInteger judged = new AtomicInteger();

	private final AtomicInteger innocent = new AtomicInteger();

	private final AtomicInteger spent = new AtomicInteger();

	private volatile String form = FORMS.getFirst();

	/** So many of ten posts are declined, the others are fine. */
	@ParameterizedTest
	@ValueSource(ints = { 10, 5, 2, 1 })
	void othersAreJudgedAndTheAttackersCallsStayWithinItsQuota(int declined) {
		begin();
		int charged = 0;
		for (String form : FORMS) {
			this.form = form;
			String attacker = user("a", Tier.PRO);
			Flux<Boolean> attack = Flux.range(0, 20).flatMap((request) -> attack(attacker, request, declined), 2);
			Flux<Boolean> others = Flux.range(0, USERS).flatMap((_) -> ask(user("b", Tier.FREE)));
			Objects.requireNonNull(Flux.merge(attack, others).collectList().block(LONGEST));
			charged += fleet.one().used(attacker);
		}
		holds(charged);
	}

	@Test
	@EnabledIfSystemProperty(named = LASTS, matches = ".+")
	@Timeout(value = 15, unit = TimeUnit.MINUTES)
	void holdsForAsLongAsTheAttackGoesOn() {
		begin();
		String attacker = user("c", Tier.FREE);
		long end = System.nanoTime() + Duration.parse(System.getProperty(LASTS)).toNanos();
		for (int step = 0; System.nanoTime() < end; step++) {
			this.form = FORMS.get(step % FORMS.size());
			Objects.requireNonNull(
					Flux.merge(attack(attacker, step, 10), ask(user("d", Tier.FREE)), ask(user("d", Tier.FREE)),
							Mono.delay(Duration.ofSeconds(3)).thenReturn(true))
						.collectList()
						.block(LONGEST));
		}
		holds(fleet.one().used(attacker));
	}

	private void begin() {
		model.answering((posts) -> {
			if (posts.stream().noneMatch((post) -> post.content().contains("bomb"))) {
				return ModelStub.byContent(posts).withFixedDelay(100);
			}
			this.spent.incrementAndGet();
			return declined(this.form);
		});
	}

	private void holds(int charged) {
		System.out.println("declined posts: " + this.judged + " of " + this.innocent + " other posts judged, "
				+ this.spent + " declined calls for " + charged + " posts of attackers");
		assertThat(this.judged.get()).isGreaterThanOrEqualTo((int) Math.ceil(0.995 * this.innocent.get()));
		assertThat(this.spent.get()).isLessThanOrEqualTo(charged);
		assertThat(fleet.one().bean(MeterRegistry.class).get(Metrics.BREAKER_OPEN).gauge().value()).isZero();
	}

	private static String user(String prefix, Tier tier) {
		return gateway.user(prefix + "%063x".formatted(users.incrementAndGet()), tier);
	}

	private static Mono<Boolean> attack(String attacker, int request, int declined) {
		int number = users.incrementAndGet();
		List<String> posts = IntStream.range(0, 10)
			.mapToObj((i) -> ((i + request) % 10 < declined ? "a bomb " : "a post ") + number + " " + i)
			.toList();
		return Mono.fromFuture(fleet.one().classifyAsync(attacker, Bodies.posts(posts))).thenReturn(true);
	}

	private Mono<Boolean> ask(String user) {
		int number = users.incrementAndGet();
		List<String> posts = IntStream.range(0, 10).mapToObj((i) -> "some spam " + number + " " + i).toList();
		return Mono.fromFuture(fleet.one().classifyAsync(user, Bodies.posts(posts))).map((reply) -> {
			assertThat(reply.status()).isEqualTo(200);
			this.innocent.addAndGet(10);
			this.judged.addAndGet((int) reply.count((post) -> !post.has("failedOpen")));
			return true;
		});
	}

	private static ResponseDefinitionBuilder declined(String form) {
		return WireMock.aResponse()
			.withStatus(Integer.parseInt(form.substring(0, 3)))
			.withHeader("Content-Type", "application/json")
			.withBody(form.substring(4).replace('\'', '"'))
			.withFixedDelay(100);
	}

}
