package io.clearview.classifier;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.http.Fault;
import io.clearview.classifier.ServiceInstance.Reply;
import io.clearview.classifier.identity.TestGateway;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.telemetry.Metrics;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The whole service under load while its model fails in every way. Times are a twentieth
 * of real ones: six seconds stand for two minutes, three for the minute that the breaker
 * stays open. Verdicts are old after a second.
 */
class ModelOutageTest {

	private static final int CLIENTS = 150;

	private static final int EACH = 5;

	@RegisterExtension
	static final Fleet fleet = Fleet.of(1, "clearview.model.guard.timeout=1s", "clearview.model.guard.retries=2",
			"clearview.model.guard.breaker-failures=10", "clearview.model.guard.breaker-open=3s",
			"clearview.verdict.soft-age=1s");

	private static final TestRedis redis = fleet.redis();

	private static final TestGateway gateway = fleet.gateway();

	private static final ModelStub model = fleet.model();

	@Test
	void twoMinutesWithoutTheModelAreAnsweredInTimeAndLeaveNoTrace() {
		String operator = gateway.user("%064x".formatted(1_000_000), Tier.ENTERPRISE);
		assertThat(fleet.one().classify(operator, Bodies.posts("old spam", EACH)).stat("classified")).isEqualTo(EACH);
		eventually("what was judged is kept",
				() -> redis.ask("KEYS verdict:*")
					.lines()
					.filter((line) -> line.startsWith("verdict:"))
					.count() >= EACH);
		redis.flush();
		model.reset();
		AtomicInteger calls = new AtomicInteger();
		double retries = counted(Metrics.MODEL_RETRIES);
		model.answering((posts) -> failure(calls.getAndIncrement(), posts));

		List<Answered> answers = Flux.interval(Duration.ofMillis(40))
			.onBackpressureBuffer()
			.take(CLIENTS)
			.flatMap((client) -> ask(client.intValue()), CLIENTS)
			.collectList()
			.block(Duration.ofSeconds(60));

		assertThat(answers).allSatisfy((answer) -> {
			assertThat(answer.millis()).as("ms, of the gateway's budget").isLessThan(8_000);
			assertThat(answer.reply().status()).isEqualTo(200);
			for (int i = 0; i < EACH; i++) {
				assertThat(answer.reply().label(i)).isEqualTo("BLOCK");
				assertThat(answer.reply().classification(i).path("cached").asBoolean()).isTrue();
				assertThat(answer.reply().label(EACH + i)).isEqualTo("ALLOW");
				assertThat(answer.reply().classification(EACH + i).path("failedOpen").asBoolean()).isTrue();
			}
			assertThat(fleet.one().used(user(answer.client()))).as("given back").isEqualTo(EACH);
		});
		assertThat(counted(Metrics.VERDICT_STALE)).isGreaterThan(CLIENTS * EACH / 2);
		double again = counted(Metrics.MODEL_RETRIES) - retries;
		assertThat(again).as("tries that no request needed, of %s", calls)
			.isLessThanOrEqualTo(3 + (calls.get() - again) / 10);
		assertThat(calls).as("tries").hasValueLessThanOrEqualTo(CLIENTS * 11 / 10);
		assertThat(redis.ask("KEYS verdict:*")).as("nothing that failed open is kept").startsWith("*0");

		model.reset();
		eventually("the model is asked again",
				() -> fleet.one().classify(operator, Bodies.posts("old spam", EACH)).stat("classified") == EACH);
		Flux.range(0, 10).map(ModelOutageTest::ask).concatMap((answer) -> answer).doOnNext((answer) -> {
			for (int i = 0; i < 2 * EACH; i++) {
				assertThat(answer.reply().label(i)).isEqualTo("BLOCK");
				assertThat(answer.reply().classification(i).has("failedOpen")).isFalse();
			}
			for (int i = EACH; i < 2 * EACH; i++) {
				assertThat(answer.reply().classification(i).path("cached").asBoolean(true)).isFalse();
			}
		}).blockLast(Duration.ofSeconds(60));
	}

	/** A 11, with 4 s instead of 20: virtual time does it exactly. */
	@Test
	void whileTheOnlyKeyMayNotBeUsedOlderVerdictsAreServed() {
		String operator = gateway.user("%064x".formatted(2_000_000), Tier.ENTERPRISE);
		assertThat(fleet.one().classify(operator, Bodies.posts("known spam", EACH)).stat("classified")).isEqualTo(EACH);
		model.reset();
		AtomicInteger calls = new AtomicInteger();
		model.answering((posts) -> (calls.getAndIncrement() == 0)
				? WireMock.aResponse().withStatus(429).withHeader("Retry-After", "10") : ModelStub.byContent(posts));
		Reply limited = fleet.one().classify(operator, Bodies.posts("unknown spam", EACH));
		assertThat(limited.label(0)).isEqualTo("ALLOW");
		assertThat(limited.classification(0).path("failedOpen").asBoolean()).isTrue();
		eventually("an older verdict", () -> {
			Reply known = fleet.one().classify(operator, Bodies.posts("known spam", EACH));
			return IntStream.range(0, EACH)
				.allMatch((i) -> known.label(i).equals("BLOCK") && known.classification(i).path("cached").asBoolean());
		});
		assertThat(calls).as("sent while the key may not be used").hasValue(1);
		eventually("labels again",
				() -> fleet.one().classify(operator, Bodies.posts("later spam", EACH)).stat("classified") == EACH);
		assertThat(fleet.one().bean(MeterRegistry.class).get(Metrics.BREAKER_OPEN).gauge().value()).isZero();
	}

	/** One client asks for posts that everybody knows and for others. */
	private static Mono<Answered> ask(int client) {
		String body = Bodies.posts(
				Stream
					.concat(IntStream.range(0, EACH).mapToObj((i) -> "old spam " + i),
							IntStream.range(0, EACH).mapToObj((i) -> "new spam " + client + " " + i))
					.toList());
		return Mono.defer(() -> {
			long start = System.nanoTime();
			return Mono.fromFuture(fleet.one().classifyAsync(user(client), body))
				.map((reply) -> new Answered(client, reply, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)));
		});
	}

	private static String user(int client) {
		return gateway.user("%064x".formatted(client), Tier.FREE);
	}

	private static ResponseDefinitionBuilder failure(int call, List<ModelStub.Asked> posts) {
		return switch (call % 5) {
			case 0 -> WireMock.serviceUnavailable();
			case 1 -> ModelStub.byContent(posts).withFixedDelay(2_000);
			case 2 -> ModelStub.says("I would rather not.");
			case 3 -> WireMock.aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER);
			default -> WireMock.aResponse().withStatus(429);
		};
	}

	private static double counted(String metric) {
		return fleet.one().bean(MeterRegistry.class).get(metric).counter().count();
	}

	/**
	 * What a client was answered, and after how long.
	 *
	 * @param client who asked
	 * @param reply to it
	 * @param millis it took
	 */
	private record Answered(int client, Reply reply, long millis) {
	}

}
