package io.clearview.classifier.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;

import io.clearview.classifier.Bodies;
import io.clearview.classifier.FakeJudgedService;
import io.clearview.classifier.ServiceInstance.Reply;
import io.clearview.classifier.telemetry.Metrics;
import io.clearview.kit.testing.MovingClock;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of requests that were left behind while the service stood still. */
class StandstillTest {

	private static final Duration STALE = Duration.ofSeconds(10);

	@RegisterExtension
	static final FakeJudgedService shared = new FakeJudgedService();

	private final MovingClock clock = new MovingClock();

	private final Standstill standstill = new Standstill(STALE, () -> this.clock.millis() * 1_000_000, this.clock);

	@Test
	void nothingIsLeftBehindByAProcessThatRuns() {
		for (int i = 0; i < 60; i++) {
			pass(Standstill.BEAT);
			this.standstill.beat();
			assertThat(leftBehind(STALE.multipliedBy(5))).as("a gateway's clock may be wrong").isFalse();
		}
	}

	@Test
	void whatIsOlderThanAnyGatewaysPatienceIsLeftBehindByAStandstill() {
		pass(Duration.ofSeconds(30));
		assertThat(leftBehind(STALE.plusMillis(1))).as("before the first beat").isTrue();
		assertThat(leftBehind(STALE)).isFalse();
		this.standstill.beat();
		assertThat(leftBehind(STALE.plusMillis(1))).as("after it").isTrue();
		assertThat(leftBehind(Duration.ZERO)).isFalse();
	}

	@Test
	void someSecondsAfterAStandstillNothingIsAnyMore() {
		pass(Duration.ofSeconds(30));
		for (int i = 0; i < 20; i++) {
			this.standstill.beat();
			assertThat(leftBehind(STALE.plusMillis(1))).isTrue();
			pass(Standstill.BEAT);
		}
		this.standstill.beat();
		assertThat(leftBehind(STALE.plusMillis(1))).isFalse();
	}

	@Test
	void aSlowStartIsNoStandstill() {
		pass(Duration.ofSeconds(30));
		this.standstill.beat();
		this.standstill.begin();
		assertThat(leftBehind(STALE.multipliedBy(2))).isFalse();
	}

	@Test
	void aPauseIsNoStandstill() {
		pass(Duration.ofSeconds(3));
		assertThat(leftBehind(STALE.multipliedBy(2))).isFalse();
	}

	@Test
	void isAnsweredWithoutBeingCharged() {
		String user = "5".repeat(64);
		TestGateway gateway = shared.gateway();
		String fresh = gateway.user(user, Tier.FREE);
		String old = gateway.sign(user,
				(claims) -> claims.claim("tier", "free")
					.claim("scope", "user")
					.issueTime(Date.from(Instant.now().minusSeconds(12))));
		assertThat(shared.service().classify(old, Bodies.posts("slow", 2)).status()).isEqualTo(200);

		shared.service().bean(Standstill.class).stoodStill();
		Reply reply = shared.service().classify(old, Bodies.posts("left behind", 5));
		assertThat(reply.status()).isEqualTo(503);
		assertThat(reply.error()).isEqualTo("SERVICE_UNAVAILABLE");
		assertThat(reply.body().path("correlationId").asString()).isEqualTo("test-correlation");
		assertThat(reply.body().path("retryAfterMs").asInt()).isPositive();
		assertThat(shared.service().bean(MeterRegistry.class).get(Metrics.LEFT_BEHIND).counter().count()).isEqualTo(1);
		assertThat(shared.service().classify(fresh, Bodies.posts("in time", 1)).status()).isEqualTo(200);
		assertThat(shared.service().used(fresh)).isEqualTo(3);
	}

	private boolean leftBehind(Duration age) {
		return this.standstill.leftBehind(this.clock.instant().minus(age));
	}

	private void pass(Duration time) {
		this.clock.advance(time);
	}

}
