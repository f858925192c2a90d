package io.clearview.classifier.cost;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.redis.Roles;
import io.clearview.classifier.telemetry.Metrics;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two instances that share a budget of 1,000, of which 50 are a share. */
class SpendSharesTest {

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	private static Roles roles;

	private final AtomicLong now = new AtomicLong(Instant.parse("2026-11-27T12:00:00Z").toEpochMilli());

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final SpendShares one = shares(1_000, 5, 5);

	private final SpendShares two = shares(1_000, 5, 5);

	private final Caller farmer = caller(1, "a");

	private final Caller neighbour = caller(2, "a");

	private final Caller other = caller(3, "b");

	@BeforeAll
	static void connect() {
		roles = Roles.of(redis, redis, Duration.ofSeconds(10), new SimpleMeterRegistry());
	}

	@AfterAll
	static void disconnect() {
		roles.close();
	}

	@BeforeEach
	void forget() {
		redis.flush();
		exchange();
	}

	@Test
	void aNetworkThatSpentItsShareIsOverWhileAnotherSpends() {
		this.one.spent(this.farmer, 30);
		this.two.spent(this.neighbour, 19);
		this.two.spent(this.other, 1);
		exchange();
		assertThat(this.one.isOver(this.farmer)).isFalse();
		this.two.spent(this.neighbour, 1);
		exchange();
		// an instance asks again for those who ask it
		this.one.isOver(this.farmer);
		exchange();
		for (SpendShares instance : new SpendShares[] { this.one, this.two }) {
			assertThat(instance.isOver(this.farmer)).isTrue();
			assertThat(instance.isOver(this.neighbour)).as("the same network").isTrue();
			assertThat(instance.isOver(this.other)).isFalse();
		}
	}

	@Test
	void whoIsAloneMaySpendAllOfIt() {
		this.one.spent(this.farmer, 900);
		exchange();
		assertThat(this.one.isOver(this.farmer)).isFalse();
		assertThat(this.two.isOver(this.farmer)).isFalse();
	}

	@Test
	void othersCountForTenMinutes() {
		this.one.spent(this.other, 1);
		exchange();
		this.one.spent(this.farmer, 900);
		exchange();
		this.now.addAndGet(Duration.ofMinutes(10).toMillis() - 1);
		exchange();
		assertThat(this.one.isOver(this.farmer)).isTrue();
		this.now.addAndGet(1);
		assertThat(this.one.isOver(this.farmer)).isFalse();
	}

	@Test
	void aUserThatSpentItsShareIsOverOnEveryNetwork() {
		this.one.spent(this.other, 1);
		this.one.spent(this.farmer, 25);
		this.one.spent(caller(1, "c"), 25);
		exchange();
		assertThat(this.two.isOver(caller(1, "d"))).isFalse();
		exchange();
		assertThat(this.two.isOver(caller(1, "d"))).isTrue();
		assertThat(this.two.isOver(caller(4, "d"))).isFalse();
	}

	@Test
	void whatIsSpentHereCountsAtOnceAndSoDoesWhatMayBe() {
		this.one.spent(this.other, 1);
		this.one.spent(this.farmer, 20);
		exchange();
		this.one.spent(this.farmer, 10);
		this.one.begun(this.farmer, 20);
		assertThat(this.one.isOver(this.farmer)).isTrue();
		this.one.ended(this.farmer, 20);
		assertThat(this.one.isOver(this.farmer)).isFalse();
	}

	@Test
	void aNewDayHasNewShares() {
		this.one.spent(this.other, 1);
		this.one.spent(this.farmer, 60);
		exchange();
		assertThat(this.one.isOver(this.farmer)).isTrue();
		this.now.set(Instant.parse("2026-11-28T00:00:00Z").toEpochMilli());
		this.one.spent(this.other, 1);
		exchange();
		assertThat(this.one.isOver(this.farmer)).isFalse();
	}

	@Test
	void withoutABudgetOrWithAShareOfAllOfItNobodyIsOver() {
		SpendShares none = shares(0, 5, 5);
		none.spent(this.farmer, 10_000);
		assertThat(none.isOver(this.farmer)).isFalse();
		SpendShares all = shares(1_000, 100, 100);
		all.spent(this.other, 1);
		all.spent(this.farmer, 900);
		all.exchange().block();
		assertThat(all.isOver(this.farmer)).isFalse();
	}

	@Test
	void withoutRedisAnInstanceGrantsATenthOfWhatWasLeft() {
		this.one.spent(this.farmer, 20);
		exchange();
		this.one.withoutRedis();
		this.one.spent(this.farmer, 2);
		assertThat(this.one.isOver(this.farmer)).isFalse();
		this.one.spent(this.farmer, 1);
		assertThat(this.one.isOver(this.farmer)).as("3 of 30").isTrue();
		exchange();
		assertThat(this.one.isOver(this.farmer)).as("23 of 50, and Redis is back").isFalse();
		assertThat(spentInRedis("n:" + this.farmer.network())).isEqualTo("23");
	}

	@Test
	void whatRedisWasNotToldIsToldLater() {
		redis.stop();
		this.one.spent(this.farmer, 20);
		this.one.exchange().block();
		redis.start();
		eventually("told", () -> {
			this.one.exchange().block();
			return spentInRedis("n:" + this.farmer.network()).equals("20");
		});
	}

	@Test
	void countsPostsThatAreRejected() {
		this.one.spent(this.other, 1);
		this.one.spent(this.farmer, 60);
		exchange();
		this.one.refused(this.farmer, 7);
		this.one.refused(this.other, 7);
		assertThat(this.meters.get(Metrics.SHARE_REFUSED).tag("of", "network").counter().count()).isEqualTo(7);
		assertThat(this.meters.get(Metrics.SHARE_REFUSED).tag("of", "user").counter().count()).isZero();
	}

	@Test
	void everyKeyExpires() {
		this.one.spent(this.farmer, 20);
		exchange();
		String keys = redis.ask("KEYS share:*");
		assertThat(keys).startsWith("*2");
		keys.lines()
			.filter((line) -> line.startsWith("share:"))
			.forEach((key) -> assertThat(redis.ask("PTTL " + key)).as(key).doesNotStartWith(":-"));
	}

	private void exchange() {
		for (int i = 0; i < 2; i++) {
			this.one.exchange().block();
			this.two.exchange().block();
		}
	}

	private String spentInRedis(String name) {
		long day = Math.floorDiv(this.now.get(), Duration.ofDays(1).toMillis());
		String[] lines = redis.ask("ZSCORE share:{" + day + "}:spent " + name).split("\r\n");
		return (lines.length > 1) ? lines[1] : "none";
	}

	private SpendShares shares(long budget, double networkPercent, double userPercent) {
		Clock clock = new Clock() {
			@Override
			public Instant instant() {
				return Instant.ofEpochMilli(SpendSharesTest.this.now.get());
			}

			@Override
			public ZoneOffset getZone() {
				return ZoneOffset.UTC;
			}

			@Override
			public Clock withZone(java.time.ZoneId zone) {
				throw new UnsupportedOperationException("UTC only");
			}
		};
		return new SpendShares(budget, new ShareProperties(networkPercent, userPercent), roles.state(), clock,
				() -> Long.toString(this.now.get()), this.meters);
	}

	private static Caller caller(int user, String network) {
		return new Caller("%064x".formatted(user), Tier.FREE, "correlation", network.repeat(32));
	}

}
