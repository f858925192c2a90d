package io.clearview.classifier;

import java.util.List;
import java.util.stream.IntStream;

import io.clearview.classifier.ServiceInstance.Reply;
import io.clearview.classifier.identity.TestGateway;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.telemetry.Metrics;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The whole service with one of its Redis roles stopped, hung or emptied. Time-outs are
 * longer than in production, so that a slow machine is not taken for an outage; what a
 * hung Redis costs is counted in time-outs.
 */
class OutageTest {

	private static final TestRedis state = new TestRedis();

	private static final TestRedis cache = new TestRedis();

	@RegisterExtension
	static final Fleet fleet = Fleet.apart(1, state, cache, "clearview.redis.timeout=400ms",
			"clearview.verdict.lease=600ms");

	private static final TestGateway gateway = fleet.gateway();

	private static final ModelStub model = fleet.model();

	/** Calls that fail before a breaker opens. */
	private static final int WINDOW = 10;

	private static int tests;

	private String topic;

	private String user;

	private String assertion;

	@BeforeEach
	void begin() {
		cache.flush();
		this.topic = "outage" + ++tests;
		newUser();
	}

	@AfterEach
	void bothAreBackAndAgreeOnTheQuota() {
		eventually("both are back", () -> isUp("state") && isUp("cache"));
		eventually("settled", () -> fleet.one().used(this.assertion) == usedInRedis());
		Reply reply = fleet.one().classify(this.assertion, Bodies.posts(this.topic + " spam 0"));
		assertThat(reply.body().path("quota").path("quotaUsed").asInt(usedInRedis())).isEqualTo(usedInRedis());
	}

	@ParameterizedTest
	@EnumSource
	void withoutRedisCacheVerdictsComeFromMemoryThenFromTheModelAndAreWrittenBack(Outage outage) {
		classify(0, 5);
		eventually("kept", () -> verdicts() == 5);
		cache.flush();
		outage.begin(cache);
		double asked = calls("cache");
		assertThat(classify(0, 5).stat("cached")).as("known here").isEqualTo(5);
		assertThat(calls("cache")).as("nobody asks Redis for what is known here").isEqualTo(asked);
		double late = timeouts("cache");
		for (int i = 0; i < 8; i++) {
			newUser();
			Reply reply = classify(5 + 5 * i, 5);
			assertThat(reply.stat("classified")).isEqualTo(5);
			assertThat(reply.label(4)).isEqualTo("BLOCK");
		}
		assertThat(isUp("cache")).isFalse();
		assertThat(timeouts("cache") - late).as("calls that had to be waited for").isLessThanOrEqualTo(WINDOW + 5);
		assertThat(classify(5, 40).stat("cached")).as("learnt meanwhile").isEqualTo(40);
		assertThat(model.batches().stream().flatMap(List::stream)).as("posts bought").hasSize(45);
		outage.end(cache);
		eventually("written back", () -> verdicts() == 40);
	}

	@Test
	void aRequestWaitsOnceForAHungRedisCache() {
		Outage.HUNG.begin(cache);
		double late = timeouts("cache");
		double claimed = claims();
		for (int request = 1; request <= 2; request++) {
			assertThat(classify(5 * request, 5).stat("classified")).isEqualTo(5);
			assertThat(timeouts("cache") - late).as("looked up in vain").isGreaterThanOrEqualTo(request);
			assertThat(claims()).as("and no claim sent after that").isEqualTo(claimed);
		}
		Outage.HUNG.end(cache);
		eventually("what was learnt is written", () -> verdicts() == 10);
	}

	@Test
	void anEmptiedRedisCacheCostsNothing() {
		classify(0, 10);
		cache.flush();
		assertThat(classify(0, 10).stat("cached")).isEqualTo(10);
		assertThat(model.calls()).hasSize(1);
		assertThat(isUp("cache")).isTrue();
	}

	@ParameterizedTest
	@EnumSource
	void withoutRedisStateQuotasAreCountedHereAndAddedBack(Outage outage) {
		classify(0, 30);
		outage.begin(state);
		double late = timeouts("state");
		Reply first = classify(0, 8);
		assertThat(first.status()).isEqualTo(200);
		assertThat(first.body().path("quota").path("quotaUsed").asInt()).isEqualTo(38);
		Reply second = classify(0, 8);
		assertThat(second.count((post) -> post.path("cached").asBoolean())).as("40 in 60 s are 80 %").isEqualTo(2);
		assertThat(second.classification(2).path("reason").asString()).isEqualTo("BURST_LIMIT_EXCEEDED");
		for (int i = 0; i < WINDOW; i++) {
			assertThat(classify(0, 1).error()).isEqualTo("BURST_LIMIT_EXCEEDED");
		}
		assertThat(fleet.one().used(this.assertion)).isEqualTo(40);
		assertThat(isUp("state")).isFalse();
		assertThat(timeouts("state") - late).as("calls that had to be waited for").isLessThanOrEqualTo(WINDOW);
		outage.end(state);
		eventually("added back", () -> usedInRedis() == 40);
	}

	@Test
	void withoutRedisStateWhatIsNotJudgedIsGivenBack() {
		classify(0, 10);
		Outage.HUNG.begin(state);
		model.answering((_) -> ModelStub.says("I would rather not."));
		Reply reply = classify(8, 4);
		assertThat(reply.count((post) -> post.path("failedOpen").asBoolean())).isEqualTo(2);
		assertThat(reply.body().path("quota").path("quotaUsed").asInt()).isEqualTo(12);
		Outage.HUNG.end(state);
		eventually("added back", () -> usedInRedis() == 12);
	}

	private Reply classify(int first, int count) {
		return fleet.one()
			.classify(this.assertion, Bodies
				.posts(IntStream.range(first, first + count).mapToObj((i) -> this.topic + " spam " + i).toList()));
	}

	private void newUser() {
		this.user = "%064x".formatted(System.nanoTime());
		this.assertion = gateway.user(this.user, Tier.FREE);
	}

	private int usedInRedis() {
		String[] answer = state.ask("HGET quota:{" + this.user + "}:day n").split("\r\n");
		return answer[0].equals("$-1") ? 0 : Integer.parseInt(answer[1]);
	}

	private static int verdicts() {
		return Integer.parseInt(cache.ask("DBSIZE").split("\r\n")[0].substring(1));
	}

	private static boolean isUp(String role) {
		return meters().get(Metrics.REDIS_UP).tag("role", role).gauge().value() == 1;
	}

	private static double timeouts(String role) {
		return meters().get(Metrics.REDIS_CALLS).tag("role", role).tag("outcome", "timeout").timer().count();
	}

	private static double calls(String role) {
		return meters().get(Metrics.REDIS_CALLS).tag("role", role).timers().stream().mapToLong(Timer::count).sum();
	}

	private static double claims() {
		return meters().get(Metrics.VERDICT_CLAIMS).counters().stream().mapToDouble(Counter::count).sum();
	}

	private static MeterRegistry meters() {
		return fleet.one().bean(MeterRegistry.class);
	}

	/** How a Redis goes and comes back. */
	enum Outage {

		/** Connections break; it comes back with nothing. */
		STOPPED {
			@Override
			void begin(TestRedis redis) {
				redis.stop();
			}

			@Override
			void end(TestRedis redis) {
				redis.start();
			}
		},

		/** Connections stay and nothing answers; it comes back with everything. */
		HUNG {
			@Override
			void begin(TestRedis redis) {
				redis.hang();
			}

			@Override
			void end(TestRedis redis) {
				redis.resume();
			}
		};

		abstract void begin(TestRedis redis);

		abstract void end(TestRedis redis);

	}

}
