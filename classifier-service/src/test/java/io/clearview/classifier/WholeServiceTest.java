package io.clearview.classifier;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.clearview.classifier.ServiceInstance.Reply;
import io.clearview.classifier.identity.TestGateway;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.telemetry.Metrics;
import io.clearview.kit.testing.Logged;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Two instances, a real Redis and a model behind HTTP. */
class WholeServiceTest {

	@RegisterExtension
	static final Fleet fleet = Fleet.of(2);

	private static final TestRedis redis = fleet.redis();

	private static final TestGateway gateway = fleet.gateway();

	private static final ModelStub model = fleet.model();

	private static int tests;

	private String topic;

	private String user;

	private String assertion;

	@BeforeEach
	void begin() {
		this.topic = "topic" + ++tests;
		this.user = "%064x".formatted(tests);
		this.assertion = gateway.user(this.user, Tier.FREE);
	}

	@AfterEach
	void quotaInAnswersIsQuotaInRedis() {
		int told = used(this.user);
		String stored = redis.ask("HGET quota:{" + this.user + "}:day n").split("\r\n", 3)[1];
		assertThat(told).isEqualTo(stored.startsWith("+OK") ? 0 : Integer.parseInt(stored));
	}

	@Test
	void manyWhoAskTheSameLeadToOneCall() {
		List<String> posts = IntStream.range(0, 50).mapToObj((i) -> this.topic + " spam number " + i).toList();
		String body = Bodies.posts(posts);
		model.answering((asked) -> ModelStub.byContent(asked).withFixedDelay(300));
		List<CompletableFuture<Reply>> replies = IntStream.range(0, 200)
			.mapToObj((_) -> fleet.one().classifyAsync(gateway.newUser(Tier.FREE), body))
			.toList();
		replies.forEach((reply) -> {
			assertThat(reply.join().status()).isEqualTo(200);
			for (int i = 0; i < 50; i++) {
				assertThat(reply.join().label(i)).isEqualTo("BLOCK");
			}
		});
		assertThat(model.calls()).hasSize(1);
	}

	@Test
	void whatOneInstanceBoughtAnotherHas() {
		String body = Bodies.posts(this.topic + " spam", this.topic + " news");
		assertThat(fleet.one().classify(this.assertion, body).body().path("stats").path("classified").asInt())
			.isEqualTo(2);
		Reply[] replies = new Reply[1];
		eventually("redis-cache knows", () -> {
			replies[0] = fleet.two().classify(gateway.newUser(Tier.FREE), body);
			return replies[0].body().path("stats").path("cached").asInt() == 2;
		});
		Reply other = replies[0];
		assertThat(other.body().path("stats").path("cached").asInt()).isEqualTo(2);
		assertThat(other.classification(0).path("cached").asBoolean()).isTrue();
		assertThat(other.label(0)).isEqualTo("BLOCK");
		assertThat(other.label(1)).isEqualTo("ALLOW");
		assertThat(model.calls()).hasSize(1);
	}

	static Stream<Arguments> failures() {
		return Stream.of(
				failure("too late", "MODEL_TIMEOUT", (posts) -> ModelStub.byContent(posts).withFixedDelay(6_000)),
				failure("500", "MODEL_UNAVAILABLE", (_) -> WireMock.serverError()),
				failure("not JSON", "MODEL_INVALID_ANSWER", (_) -> ModelStub.says("I would rather not.")),
				failure("a broken body", "MODEL_INVALID_ANSWER", (_) -> WireMock.okJson("{\"choices\":")),
				failure("a broken connection", "MODEL_UNAVAILABLE",
						(_) -> WireMock.aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("failures")
	void aModelThatFailsHidesNothingCostsNothingAndIsNotRemembered(String name, String reason, Answering answering) {
		model.answering(answering::answer);
		String body = Bodies.posts(this.topic + " spam", this.topic + " news");
		Reply reply = fleet.one().classify(this.assertion, body);
		assertThat(reply.status()).isEqualTo(200);
		for (int i = 0; i < 2; i++) {
			assertThat(reply.label(i)).isEqualTo("ALLOW");
			assertThat(reply.classification(i).path("failedOpen").asBoolean()).isTrue();
			assertThat(reply.classification(i).path("reason").asString()).isEqualTo(reason);
		}
		assertThat(reply.body().path("quota").path("quotaUsed").asInt()).isZero();
		assertThat(used(this.user)).isZero();
		model.reset();
		Reply later = fleet.one().classify(this.assertion, body);
		assertThat(later.label(0)).isEqualTo("BLOCK");
		assertThat(later.classification(0).path("cached").asBoolean(true)).isFalse();
		assertThat(used(this.user)).isEqualTo(2);
	}

	@Test
	void aMissingAnswerIsAskedForAloneOnceAndThenFailsOpen() {
		model.answering((posts) -> ModelStub
			.labels(posts.stream().filter((post) -> !post.content().contains("forgotten")).toList()));
		Reply reply = fleet.one()
			.classify(this.assertion, Bodies.posts(this.topic + " spam", this.topic + " forgotten",
					this.topic + " news", this.topic + " more spam"));
		assertThat(reply.label(0)).isEqualTo("BLOCK");
		assertThat(reply.label(1)).isEqualTo("ALLOW");
		assertThat(reply.classification(1).path("reason").asString()).isEqualTo("MODEL_DECLINED");
		assertThat(reply.label(2)).isEqualTo("ALLOW");
		assertThat(reply.classification(2).has("failedOpen")).isFalse();
		assertThat(reply.label(3)).isEqualTo("BLOCK");
		assertThat(model.batches()).hasSize(2);
		assertThat(model.batches().getLast()).singleElement()
			.satisfies((post) -> assertThat(post.content()).contains("forgotten"));
		assertThat(used(this.user)).as("who was declined is charged").isEqualTo(4);
	}

	@Test
	void anAnswerWithIdsThatWereNotAskedIsNotBelieved() {
		model.answering(
				(posts) -> ModelStub.labels(
						Stream
							.concat(Stream.of(new ModelStub.Asked(0, "spam"), new ModelStub.Asked(-1, "spam")),
									Stream.concat(posts.stream(),
											Stream.of(new ModelStub.Asked(posts.size() + 1, "spam"))))
							.toList()));
		Reply reply = fleet.one().classify(this.assertion, Bodies.posts(this.topic + " news", this.topic + " spam"));
		for (int i = 0; i < 2; i++) {
			assertThat(reply.label(i)).isEqualTo("ALLOW");
			assertThat(reply.body().path("classifications").path(i).path("failedOpen").asBoolean()).isTrue();
		}
	}

	@Test
	void aPostUnderAnothersHashChangesNothingForOthers() {
		String honest = """
				{"posts":[{"hash":"post_shared","content":"%s harmless"}]}""".formatted(this.topic);
		String forged = """
				{"posts":[{"hash":"post_shared","content":"%s spam"}]}""".formatted(this.topic);
		assertThat(fleet.one().classify(this.assertion, forged).label(0)).isEqualTo("BLOCK");
		String other = gateway.newUser(Tier.FREE);
		assertThat(fleet.one().classify(other, honest).label(0)).isEqualTo("ALLOW");
		assertThat(fleet.two().classify(other, honest).label(0)).isEqualTo("ALLOW");
	}

	/** B 5: one character becomes eighteen. */
	@Test
	void aPreferenceThatGrowsIsCutInThePrompt() {
		model.reset();
		model.answering((posts) -> ModelStub.labels(posts, 2_500));
		String body = new JsonMapper()
			.writeValueAsString(Map.of("timestamp", 1_795_448_837_605L, "preference", "\uFDFA".repeat(2_000), "posts",
					List.of(Map.of("hash", "post_1", "content", "a spam with a long preference"))));
		assertThat(fleet.one().classify(body).stat("classified")).isOne();
		Matcher preference = Pattern.compile("<preference \\w+>\n(.*?)\n</preference", Pattern.DOTALL)
			.matcher(new JsonMapper().readTree(model.calls().getFirst().getBodyAsString())
				.path("messages")
				.path(1)
				.path("content")
				.asString());
		assertThat(preference.find()).isTrue();
		assertThat(preference.group(1).length()).isBetween(1_900, 2_000);
	}

	@Test
	void theModelLearnsNothingOfWhoAsks() {
		String other = gateway.newUser(Tier.PRO);
		CompletableFuture<Reply> mine = fleet.one()
			.classifyAsync(this.assertion,
					Bodies.body("hide gossip " + this.topic, null, List.of(this.topic + " a", this.topic + " b")),
					"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
		CompletableFuture<Reply> theirs = fleet.one()
			.classifyAsync(other, Bodies.body("hide football " + this.topic, null, List.of(this.topic + " c")));
		CompletableFuture.allOf(mine, theirs).join();
		assertThat(model.calls()).hasSize(2);
		for (LoggedRequest call : model.calls()) {
			String wire = call.getHeaders() + call.getBodyAsString();
			assertThat(wire).doesNotContain(this.user, "post_0", "test-correlation", "4bf92f3577b34da6")
				.doesNotContainIgnoringCase("X-ClearView")
				.doesNotContainIgnoringCase("traceparent")
				.doesNotContain(this.assertion);
			assertThat(wire.contains("gossip") && wire.contains("football")).as("two preferences in one call")
				.isFalse();
		}
	}

	@Test
	void aDeadlineIsKeptAndTheRestIsThereLater() {
		fleet.one().classify(this.assertion, Bodies.posts(this.topic + " known spam"));
		model.answering((posts) -> ModelStub.byContent(posts).withFixedDelay(900));
		String body = Bodies.body(null, 150, List.of(this.topic + " known spam", this.topic + " new spam"));
		Reply reply = fleet.one().classify(this.assertion, body);
		assertThat(reply.label(0)).isEqualTo("BLOCK");
		assertThat(reply.classification(1).path("pending").asBoolean()).isTrue();
		assertThat(reply.label(1)).isEqualTo("ALLOW");
		assertThat(used(this.user)).as("a pending post is charged").isEqualTo(3);
		eventually("judged in the background", () -> !redis.ask("EXISTS x").isEmpty()
				&& fleet.one().classify(this.assertion, body).label(1).equals("BLOCK"));
		assertThat(fleet.two().classify(this.assertion, body).classification(1).path("cached").asBoolean()).isTrue();
		assertThat(model.batches().stream().flatMap(List::stream).filter((post) -> post.content().contains("new spam")))
			.as("bought once")
			.hasSize(1);
	}

	@Test
	void halfOfThePostsInTimeHoweverSlowTheModelAndAllOfThemLater() {
		fleet.one().classify(this.assertion, Bodies.posts(this.topic + " known spam", 5));
		model.answering((posts) -> ModelStub.byContent(posts).withFixedDelay(2_000));
		List<Long> millis = new CopyOnWriteArrayList<>();
		List<Reply> replies = clients(100, (client) -> {
			long start = System.nanoTime();
			return askHalfKnown(client, 150)
				.doOnNext((_) -> millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)));
		});
		Collections.sort(millis);
		assertThat(millis.getLast()).as("ms of the slowest; p99 is %s", millis.get(98)).isLessThan(2_000);
		assertThat(replies).allSatisfy((reply) -> {
			assertThat(reply.stat("cached")).isEqualTo(5);
			assertThat(reply.count((post) -> post.path("pending").asBoolean())).isEqualTo(5);
			assertThat(reply.body().path("quota").path("quotaUsed").asInt()).as("pending posts are charged")
				.isEqualTo(10);
		});
		eventually("judged in the background",
				() -> fleet.one().bean(MeterRegistry.class).get(Metrics.BACKGROUND).gauge().value() == 0);
		assertThat(clients(100, (client) -> askHalfKnown(client, null))).allSatisfy((reply) -> {
			assertThat(reply.stat("cached")).isEqualTo(10);
			assertThat(reply.count((post) -> post.path("label").asString().equals("BLOCK"))).isEqualTo(10);
			assertThat(reply.body().path("quota").path("quotaUsed").asInt()).isEqualTo(15);
		});
		assertThat(model.batches().stream().flatMap(List::stream).map(ModelStub.Asked::content)).doesNotHaveDuplicates()
			.hasSize(505);
	}

	private Mono<Reply> askHalfKnown(int client, @Nullable Integer deadlineMs) {
		List<String> posts = IntStream.range(0, 10)
			.mapToObj((i) -> this.topic + ((i < 5) ? " known spam " + i : " new spam " + client + " " + i))
			.toList();
		return Mono.fromFuture(fleet.one()
			.classifyAsync(gateway.user("%064x".formatted(100_000 * tests + client), Tier.FREE),
					Bodies.body(null, deadlineMs, posts)));
	}

	/** What so many clients are answered, a few of whom ask at a time. */
	private static List<Reply> clients(int clients, IntFunction<Mono<Reply>> request) {
		return Flux.range(0, clients)
			.flatMap((client) -> Mono.defer(() -> request.apply(client)), 8)
			.collectList()
			.block(Duration.ofSeconds(60));
	}

	@Test
	void aRequestsEventSaysHowLongItsPostsWaitedForTheirBatch() {
		try (Logged logged = new Logged("io.clearview.classifier.requests")) {
			fleet.one().classify(this.assertion, Bodies.posts(this.topic, 3));
			// another test's last event may come late
			Predicate<Map<String, Object>> own = (event) -> this.user.equals(event.get("userId"));
			eventually("an event", () -> logged.fields().stream().anyMatch(own));
			assertThat(logged.fields().stream().filter(own)).singleElement()
				.satisfies((event) -> assertThat((Double) event.get("queueMs")).isPositive());
		}
		assertThat(model.batches()).as("one request, one call").hasSize(1);
	}

	@Test
	void countsWhatItCostsAndWhatItSaves() {
		String body = Bodies.posts(this.topic, 10);
		double spentBefore = metric("clearview_cost_spent_usd_total{endpoint=\"classify\",tier=\"pro\"}");
		double unoptimisedBefore = metric("clearview_cost_unoptimised_usd_total{endpoint=\"classify\",tier=\"pro\"}");
		String pro = gateway.newUser(Tier.PRO);
		fleet.one().classify(pro, body);
		fleet.one().classify(pro, body);
		double spent = metric("clearview_cost_spent_usd_total{endpoint=\"classify\",tier=\"pro\"}") - spentBefore;
		double unoptimised = metric("clearview_cost_unoptimised_usd_total{endpoint=\"classify\",tier=\"pro\"}")
				- unoptimisedBefore;
		assertThat(spent).isEqualTo((ModelStub.promptTokens(10) * 10 + 10 * 20) / 1e6,
				org.assertj.core.data.Offset.offset(1e-9));
		assertThat(unoptimised).isGreaterThan(spent * 2);
	}

	private static int used(String user) {
		return fleet.one().used(gateway.user(user, Tier.FREE));
	}

	private static double metric(String series) {
		return fleet.one()
			.manage("/actuator/prometheus")
			.response()
			.body()
			.lines()
			.filter((line) -> line.startsWith(series))
			.mapToDouble((line) -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
			.sum();
	}

	private static Arguments failure(String name, String reason, Answering answering) {
		return Arguments.of(name, reason, answering);
	}

	interface Answering {

		ResponseDefinitionBuilder answer(List<ModelStub.Asked> posts);

	}

}
