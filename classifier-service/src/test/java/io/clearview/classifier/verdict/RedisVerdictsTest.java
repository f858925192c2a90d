package io.clearview.classifier.verdict;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.clearview.classifier.model.Label;
import io.clearview.classifier.redis.Roles;
import io.clearview.classifier.telemetry.Metrics;
import io.clearview.classifier.verdict.SharedCache.Claim;
import io.clearview.kit.testing.MovingClock;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.test.scheduler.VirtualTimeScheduler;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** What is done to redis-cache, and what becomes of it when Redis is out. */
class RedisVerdictsTest {

	private static final Duration LEASE = Duration.ofSeconds(30);

	@RegisterExtension
	static final TestRedis server = new TestRedis();

	private final MovingClock clock = new MovingClock();

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final VerdictKey key = new VerdictKey(1, 2);

	private final String verdict = "verdict:{" + this.key + "}";

	private final String lease = "lease:{" + this.key + "}";

	private Roles roles;

	private RedisVerdicts one;

	private RedisVerdicts two;

	@BeforeEach
	void start() {
		server.flush();
		this.roles = Roles.of(server, server, Duration.ofSeconds(10), new SimpleMeterRegistry());
		this.one = verdicts(this.roles, this.clock);
		this.two = verdicts(this.roles, this.clock);
	}

	@AfterEach
	void stop() {
		this.one.close();
		this.two.close();
		this.roles.close();
	}

	@Test
	void oneCommandLooksUpHoweverManyPosts() {
		this.one.learn(this.key, entry(Label.BLOCK));
		eventually("written", () -> stored() != null);
		server.ask("SET verdict:{" + new VerdictKey(3, 3) + "} rubbish");
		server.ask("CONFIG RESETSTAT");
		List<VerdictKey> keys = IntStream.range(0, 50)
			.mapToObj((i) -> (i == 7) ? this.key : new VerdictKey(i, i))
			.toList();
		List<@Nullable Entry> found = this.two.get(keys).block();
		assertThat(found).hasSize(50);
		assertThat(found.get(7)).isEqualTo(entry(Label.BLOCK));
		assertThat(found).filteredOn((entry) -> entry != null).hasSize(1);
		assertThat(server.ask("INFO commandstats")).contains("cmdstat_mget:calls=1,");
	}

	@Test
	void aVerdictIsKeptForItsHardAge() {
		this.one.learn(this.key, new Entry(Label.ALLOW, this.clock.millis() - Duration.ofHours(47).toMillis()));
		eventually("written", () -> stored() != null);
		assertThat(number("PTTL " + this.verdict)).isBetween(1L, Duration.ofHours(1).toMillis());
		this.one.learn(new VerdictKey(9, 9),
				new Entry(Label.ALLOW, this.clock.millis() - Duration.ofHours(49).toMillis()));
		this.one.learn(new VerdictKey(8, 8), entry(Label.ALLOW));
		eventually("the next is written", () -> number("EXISTS verdict:{" + new VerdictKey(8, 8) + "}") == 1);
		assertThat(number("EXISTS verdict:{" + new VerdictKey(9, 9) + "}")).isZero();
	}

	@Test
	void anOlderVerdictNeverReplacesANewerOne() {
		this.one.learn(this.key, entry(Label.BLOCK));
		this.two.learn(this.key, new Entry(Label.ALLOW, this.clock.millis() - 1));
		this.two.learn(new VerdictKey(8, 8), entry(Label.ALLOW));
		eventually("written", () -> number("EXISTS verdict:{" + new VerdictKey(8, 8) + "}") == 1);
		assertThat(stored()).isEqualTo(entry(Label.BLOCK));
		server.ask("SET " + this.verdict + " 2Zsomething");
		this.two.learn(this.key, entry(Label.ALLOW));
		eventually("written over what cannot be read", () -> entry(Label.ALLOW).equals(stored()));
	}

	@Test
	void oneClaimIsGrantedUntilItIsReleased() {
		assertThat(claim(this.one)).isInstanceOf(Claim.Mine.class);
		assertThat(claim(this.two)).isInstanceOf(Claim.Taken.class);
		assertThat(claim(this.one)).isInstanceOf(Claim.Mine.class);
		assertThat(number("PTTL " + this.lease)).isBetween(1L, LEASE.toMillis());
		this.two.release(this.key);
		assertThat(claim(this.two)).as("only the owner releases").isInstanceOf(Claim.Taken.class);
		this.one.release(this.key);
		eventually("granted to the other", () -> claim(this.two) instanceof Claim.Mine);
	}

	@Test
	void aClaimEndsWithTheVerdictAndIsThenAnsweredByIt() {
		claim(this.one);
		this.one.learn(this.key, entry(Label.BLOCK));
		eventually("known", () -> claim(this.two).equals(new Claim.Known(entry(Label.BLOCK))));
		assertThat(number("EXISTS " + this.lease)).isZero();
		this.clock.advance(Duration.ofMinutes(6 * 66 + 1));
		assertThat(claim(this.two)).as("past its soft age").isInstanceOf(Claim.Mine.class);
		assertThat(stored()).as("still there, to stand in").isNotNull();
		server.ask("SET " + this.verdict + " rubbish");
		assertThat(claim(this.two)).isInstanceOf(Claim.Mine.class);
	}

	@Test
	void aClaimIsRenewedWhileItIsHeldAndLapsesWhenItsOwnerIsGone() {
		claim(this.one);
		server.ask("PEXPIRE " + this.lease + " 20000");
		this.time.advanceTimeBy(LEASE.dividedBy(3));
		eventually("renewed", () -> number("PTTL " + this.lease) > 20_000);
		this.one.close();
		server.ask("PEXPIRE " + this.lease + " 1");
		eventually("lapsed", () -> claim(this.two) instanceof Claim.Mine);
	}

	@Test
	void aClaimThatHasEndedIsNotRenewed() {
		claim(this.one);
		this.one.release(this.key);
		eventually("released", () -> number("EXISTS " + this.lease) == 0);
		this.time.advanceTimeBy(LEASE);
		assertThat(claim(this.two)).isInstanceOf(Claim.Mine.class);
	}

	@Test
	void whatIsLearntWhileRedisIsOutIsWrittenWhenItIsBack() {
		server.stop();
		try {
			// until then some fail at once and some when their connection is found broken
			eventually("refused at once", () -> {
				claim(this.one);
				return !this.roles.cache().guard().isUp();
			});
			for (int i = 0; i < 120; i++) {
				this.one.learn(new VerdictKey(i, i), new Entry(Label.BLOCK, this.clock.millis() + i));
			}
			assertThat(claim(this.one)).isInstanceOf(Claim.Unknown.class);
			assertThat(this.one.get(List.of(this.key, this.key)).block()).as("nothing at all").isNull();
			eventually("the oldest gave way",
					() -> this.meters.get(Metrics.VERDICT_UNWRITTEN_DROPPED).counter().count() == 20);
			assertThat(this.meters.get(Metrics.VERDICT_UNWRITTEN).gauge().value()).isEqualTo(100);
		}
		finally {
			server.start();
		}
		eventually("back", () -> this.roles.cache().guard().isUp());
		this.time.advanceTimeBy(LEASE.dividedBy(3));
		eventually("written back", () -> number("DBSIZE") == 100);
		assertThat(this.one.get(List.of(new VerdictKey(119, 119), new VerdictKey(0, 0))).block())
			.containsExactly(new Entry(Label.BLOCK, this.clock.millis() + 119), null);
		assertThat(this.meters.get(Metrics.VERDICT_UNWRITTEN).gauge().value()).isZero();
	}

	private RedisVerdicts verdicts(Roles roles, Clock clock) {
		return new RedisVerdicts(roles.cache(), new Ages(clock, Duration.ofHours(6), Duration.ofHours(48)), LEASE, 100,
				this.time, new VerdictMetrics(this.meters));
	}

	private Entry entry(Label label) {
		return new Entry(label, this.clock.millis());
	}

	private Claim claim(RedisVerdicts verdicts) {
		return verdicts.claim(List.of(this.key)).block().getFirst();
	}

	private @Nullable Entry stored() {
		return this.one.get(List.of(this.key)).block().getFirst();
	}

	private static long number(String command) {
		String answer = server.ask(command);
		return Long.parseLong(answer.substring(1, answer.indexOf('\r')));
	}

}
