package io.clearview.classifier.quota;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.quota.Reservation.Bound;
import io.clearview.classifier.redis.Roles;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Counting without redis-state, and telling it afterwards. */
class QuotaOutageTest {

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	private final PinnedTime time = new PinnedTime("2026-11-23T12:00:00.000Z");

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private Roles roles;

	private static final int MOST_OWED = 64;

	private QuotaService quotas;

	private Caller user;

	@BeforeEach
	void connect() {
		this.roles = Roles.of(redis, redis, Duration.ofMillis(500), this.meters);
		this.quotas = quotas(LocalAccount.MOST_OWED);
		this.user = QuotaFixtures.newUser(Tier.FREE);
	}

	private QuotaService quotas(int mostOwed) {
		QuotaProperties properties = QuotaFixtures.properties();
		return new QuotaService(properties, new SharedQuota(this.roles.state(), properties, this.time),
				new LocalQuota(10_000, properties.idempotency(), new SameTime(this.time), mostOwed), QuotaArchive.NONE,
				new QuotaMetrics(this.meters));
	}

	@AfterEach
	void disconnect() {
		redis.resume();
		if (!redis.ask("PING").contains("PONG")) {
			redis.start();
		}
		this.roles.close();
	}

	@Test
	void goesOnFromTheLastKnownNumbersAtEightyPercent() {
		assertThat(reserve(30).local()).isFalse();
		redis.hang();
		Reservation here = reserve(30);
		assertThat(here.local()).isTrue();
		assertThat(here.granted()).as("40 in 60 s less the 30 that are known").isEqualTo(10);
		assertThat(here.bound()).isEqualTo(Bound.BURST);
		assertThat(reserve(1).granted()).isZero();
		this.time.advance(Duration.ofSeconds(62));
		assertThat(reserve(50).granted()).as("80 % of the burst").isEqualTo(40);
		redis.resume();
	}

	@Test
	void refusesAtEightyPercentOfTheDay() {
		redis.hang();
		int granted = 0;
		for (int minute = 0; minute < 30; minute++) {
			granted += reserve(50).granted();
			this.time.advance(Duration.ofSeconds(62));
		}
		assertThat(granted).isEqualTo(800);
		assertThat(reserve(1).bound()).isEqualTo(Bound.DAY);
		redis.resume();
	}

	@Test
	void addsWhatWasUsedBackWhenRedisWakes() {
		reserve(10);
		redis.hang();
		for (int i = 0; i < 20; i++) {
			reserve(1);
		}
		assertThat(usage().daily()).isEqualTo(30);
		redis.resume();
		settled(30);
		assertThat(usage().daily()).isEqualTo(30);
		assertThat(usage().burst()).isEqualTo(30);
	}

	@Test
	void bringsARedisThatLostItsDataBackToWhatIsKnown() {
		reserve(10);
		redis.stop();
		eventually("out", () -> reserve(1).local());
		long used = usage().daily();
		redis.start();
		settled(used);
	}

	@Test
	void aResetElsewhereStaysWhenOneCallTimesOutAfterwards() {
		this.user = QuotaFixtures.newUser(Tier.PRO);
		reserve(50);
		redis.ask("DEL quota:{" + this.user.userId() + "}:day");
		redis.hang();
		Reservation here = reserve(1);
		redis.resume();
		assertThat(here.local()).isTrue();
		assertThat(here.granted()).isEqualTo(1);
		settled(1);
		assertThat(usage().daily()).isEqualTo(1);
	}

	@Test
	void aRefundElsewhereStaysWhenOneCallTimesOutAfterwards() {
		this.user = QuotaFixtures.newUser(Tier.PRO);
		Reservation first = reserve(50);
		redis.ask("HSET quota:{" + this.user.userId() + "}:day n 20");
		redis.hang();
		assertThat(reserve(1).local()).isTrue();
		redis.resume();
		settled(21);
		assertThat(first.granted()).isEqualTo(50);
	}

	@Test
	void givesBackWhatRedisCouldNotBeTold() {
		Reservation reservation = reserve(10);
		redis.hang();
		assertThat(get(this.quotas.giveBack(reservation, 4)).daily()).isEqualTo(6);
		assertThat(usage().daily()).isEqualTo(6);
		redis.resume();
		settled(6);
		assertThat(usage().daily()).isEqualTo(6);
	}

	@Test
	void givesBackWhatWasGrantedHere() {
		redis.hang();
		Reservation reservation = reserve(10);
		assertThat(reservation.local()).isTrue();
		assertThat(get(this.quotas.giveBack(reservation, 4)).daily()).isEqualTo(6);
		redis.resume();
		settled(6);
	}

	@Test
	void aRefundAfterMidnightOfWhatWasGrantedHereBeforeItLeavesTheNewDayAlone() {
		this.time.set("2026-11-23T23:59:58.000Z");
		redis.hang();
		Reservation yesterday = reserve(30);
		assertThat(yesterday.local()).isTrue();
		this.time.set("2026-11-24T00:00:03.000Z");
		assertThat(reserve(10).granted()).isEqualTo(10);
		assertThat(get(this.quotas.giveBack(yesterday, 30)).daily()).isEqualTo(10);
		redis.resume();
		settledAll();
		assertThat(usageInRedis()).isEqualTo(10);
	}

	@Test
	void aRefundAfterMidnightThatRedisCouldNotBeToldLeavesTheNewDayAlone() {
		this.time.set("2026-11-23T23:59:58.000Z");
		Reservation yesterday = reserve(10);
		assertThat(yesterday.local()).isFalse();
		redis.hang();
		this.time.set("2026-11-24T00:00:03.000Z");
		assertThat(reserve(20).local()).isTrue();
		assertThat(get(this.quotas.giveBack(yesterday, 10)).daily()).isEqualTo(20);
		redis.resume();
		settledAll();
		assertThat(usageInRedis()).isEqualTo(20);
	}

	@Test
	void anIdempotencyKeyThatWasPaidHereBeforeMidnightLeavesTheNewDayAlone() {
		this.time.set("2026-11-23T23:59:58.000Z");
		redis.hang();
		eventually("nothing is sent any more", () -> !this.roles.state().guard().isUp() || usage().daily() < 0);
		Reservation yesterday = reserve(10, "k");
		assertThat(yesterday.local()).isTrue();
		redis.resume();
		this.time.set("2026-11-24T00:00:03.000Z");
		eventually("another instance charges it today", () -> {
			SharedQuota another = new SharedQuota(this.roles.state(), QuotaFixtures.properties(), this.time);
			return another.reserve("other", this.user, 10, "k").onErrorComplete().blockOptional().isPresent();
		});
		settledAll();
		assertThat(usageInRedis()).isEqualTo(10);
		get(this.quotas.giveBack(yesterday, 10));
		settledAll();
		assertThat(usageInRedis()).isEqualTo(10);
		assertThat(reserve(10, "k").usage().daily()).as("paid by the charge of today").isEqualTo(10);
	}

	@Test
	void aPendingPostIsNotChargedAgainWhileRedisIsOut() {
		get(this.quotas.take(reserve("a", "b"), List.of("a", "b")).thenReturn(true));
		redis.hang();
		Reservation again = reserve("a", "new", "b");
		assertThat(again.local()).isTrue();
		assertThat(again.granted()).isEqualTo(3);
		assertThat(again.charges()).isEqualTo("010");
		assertThat(again.usage().daily()).isEqualTo(3);
		this.time.advance(Duration.ofMinutes(10));
		assertThat(reserve("a").charges()).as("after ten minutes").isEqualTo("1");
		redis.resume();
	}

	@Test
	void aPostThatWasTakenOnWithoutRedisIsFreeOnceItIsBack() {
		redis.hang();
		Reservation here = reserve("a", "b", "c");
		assertThat(here.local()).isTrue();
		get(this.quotas.take(here, List.of("a", "b")).thenReturn(true));
		get(this.quotas.giveBackPending(here, 1, List.of("b")).thenReturn(true));
		assertThat(usage().daily()).isEqualTo(2);
		redis.resume();
		settled(2);
		this.quotas.settle().block();
		Reservation again = reserve("a", "b");
		assertThat(again.local()).isFalse();
		assertThat(again.charges()).as("b was given back").isEqualTo("01");
		assertThat(again.usage().daily()).isEqualTo(3);
	}

	@Test
	void withNothingLeftPostsThatAreChargedAlreadyAreNotRefusedThoughNothingCanBeJudged() {
		get(this.quotas.take(reserve("a"), List.of("a")).thenReturn(true));
		reserve(10, "k");
		reserve(39);
		assertThat(reserve(1).bound()).isEqualTo(Bound.BURST);
		chargedPostsAreNotRefusedThoughNothingCanBeJudged();
		redis.hang();
		chargedPostsAreNotRefusedThoughNothingCanBeJudged();
		redis.resume();
		settled(50);
	}

	private void chargedPostsAreNotRefusedThoughNothingCanBeJudged() {
		assertThat(reserveNone(null, "a").granted()).as("pending").isEqualTo(1);
		assertThat(reserveNone("k", "b", "c").granted()).as("repeated").isEqualTo(2);
		Reservation refused = reserveNone(null, "b", "a");
		assertThat(refused.granted()).isZero();
		assertThat(refused.bound()).isEqualTo(Bound.BURST);
		assertThat(usage().daily()).isEqualTo(50);
	}

	@Test
	void aRequestOfWhichNothingCanBeJudgedIsChargedNothing() {
		reserve(49);
		Reservation none = reserveNone("k", "a", "b");
		assertThat(none.bound()).isEqualTo(Bound.NONE);
		assertThat(none.granted()).isZero();
		assertThat(usage().daily()).isEqualTo(49);
	}

	@Test
	void grantsNoPostBehindTheFirstThatIsOverTheLimit() {
		get(this.quotas.take(reserve("a"), List.of("a")).thenReturn(true));
		reserve(39);
		redis.hang();
		Reservation here = reserve("a", "new", "a");
		assertThat(here.local()).isTrue();
		assertThat(here.bound()).isEqualTo(Bound.BURST);
		assertThat(here.charges()).isEqualTo("0");
		assertThat(here.granted()).isEqualTo(1);
		redis.resume();
	}

	@Test
	void reportsWhatRedisDoesNotCountUntilItDoes() {
		redis.hang();
		reserve(10);
		assertThat(this.meters.get("clearview.quota.owed.posts").gauge().value()).isEqualTo(10);
		redis.resume();
		settled(10);
		// a reply that came too late is asked for again
		eventually("nothing is owed", () -> {
			this.quotas.settle().block();
			return this.meters.get("clearview.quota.owed.posts").gauge().value() == 0;
		});
		assertThat(this.meters.get("clearview.quota.uncounted.posts").functionCounter().count()).isZero();
	}

	/** Requests of one post each, all under way when Redis and the model fail. */
	@Test
	void aUserAtTheHighestBurstLimitGetsEveryPostBackThatFailedInAnOutage() {
		this.user = QuotaFixtures.newUser(Tier.ENTERPRISE);
		List<Reservation> reservations = Objects.requireNonNull(Flux.range(0, 5_000)
			.flatMap((_) -> this.quotas.reserve(this.user, 1, null), 64)
			.collectList()
			.block(Duration.ofSeconds(60)));
		assertThat(reservations).allMatch((one) -> one.granted() == 1 && !one.local());
		redis.hang();
		Flux.fromIterable(reservations)
			.flatMap((one) -> this.quotas.giveBack(one, 1), 64)
			.blockLast(Duration.ofSeconds(60));
		assertThat(uncounted()).isZero();
		redis.resume();
		settledAll();
		assertThat(usageInRedis()).isZero();
		assertThat(uncounted()).isZero();
	}

	@Test
	void reportsRefundsThatCouldNotBeRemembered() {
		this.meters.clear();
		this.quotas = quotas(MOST_OWED);
		this.user = QuotaFixtures.newUser(Tier.PRO);
		List<Reservation> reservations = IntStream.range(0, MOST_OWED + 1).mapToObj((_) -> reserve(2)).toList();
		redis.hang();
		reservations.forEach((one) -> get(this.quotas.giveBack(one, 2)));
		assertThat(this.meters.get("clearview.quota.uncounted.posts").functionCounter().count()).isEqualTo(2);
		redis.resume();
	}

	@Test
	void reportsKeysThatCouldNotBeRememberedAndCountsTheirPosts() {
		this.meters.clear();
		this.quotas = quotas(MOST_OWED);
		this.user = QuotaFixtures.newUser(Tier.PRO);
		redis.hang();
		eventually("nothing is sent any more", () -> !this.roles.state().guard().isUp() || usage().daily() < 0);
		int requests = MOST_OWED + 1;
		for (int i = 0; i < requests; i++) {
			assertThat(reserve(2, "k" + i).granted()).isEqualTo(2);
		}
		assertThat(uncounted()).as("may be charged again").isEqualTo(2);
		redis.resume();
		settledAll();
		assertThat(usageInRedis()).isEqualTo(2 * requests);
	}

	@Test
	void anIdempotencyKeyIsChargedOnceWithoutRedisAndAfterwards() {
		redis.hang();
		Reservation first = reserve(10, "k");
		assertThat(first.local()).isTrue();
		Reservation again = reserve(10, "k");
		assertThat(again.local()).isTrue();
		assertThat(again.granted()).isEqualTo(10);
		assertThat(again.charges()).isEqualTo("0000000000");
		assertThat(usage().daily()).isEqualTo(10);
		redis.resume();
		settled(10);
		settledAll();
		Reservation afterwards = reserve(10, "k");
		assertThat(afterwards.local()).isFalse();
		assertThat(afterwards.usage().daily()).isEqualTo(10);
		this.time.advance(Duration.ofMinutes(10));
		redis.hang();
		assertThat(reserve(10, "k").charges()).as("after ten minutes").isEqualTo("1111111111");
		redis.resume();
	}

	@Test
	void anIdempotencyKeyThatRedisChargedIsFreeWhileItIsOut() {
		assertThat(reserve(10, "k").local()).isFalse();
		redis.hang();
		Reservation again = reserve(10, "k");
		assertThat(again.local()).isTrue();
		assertThat(again.charges()).isEqualTo("0000000000");
		redis.resume();
		settled(10);
	}

	@Test
	void anIdempotencyKeyThatAnotherInstanceChargedMeanwhileIsChargedOnce() {
		redis.hang();
		assertThat(reserve(10, "k").local()).isTrue();
		redis.resume();
		eventually("another instance charges it", () -> {
			SharedQuota another = new SharedQuota(this.roles.state(), QuotaFixtures.properties(), this.time);
			return another.reserve("other", this.user, 10, "k").onErrorComplete().blockOptional().isPresent();
		});
		settledAll();
		assertThat(usageInRedis()).isEqualTo(10);
	}

	@Test
	void aRepetitionPaysForWhatWasGivenBackWithoutRedis() {
		redis.hang();
		Reservation first = reserve(10, "k");
		get(this.quotas.giveBack(first, 4));
		Reservation again = reserve(10, "k");
		assertThat(again.charges()).isEqualTo("0000001111");
		get(this.quotas.giveBack(again, 2));
		redis.resume();
		settledAll();
		assertThat(usageInRedis()).isEqualTo(8);
		assertThat(reserve(10, "k").usage().daily()).isEqualTo(10);
	}

	@Test
	void aRefundIsNotLostInAnOutageThatIsLongerThanTheRecordOfItsReservation() {
		Reservation reservation = reserve(10);
		redis.hang();
		eventually("nothing is sent any more", () -> !this.roles.state().guard().isUp() || usage().daily() < 0);
		get(this.quotas.giveBack(reservation, 4));
		redis.resume();
		redis.ask("DEL quota:{" + this.user.userId() + "}:r:" + reservation.id());
		settledAll();
		assertThat(usageInRedis()).isEqualTo(6);
		assertThat(uncounted()).isZero();
	}

	@Test
	void aRefundOfWhichRedisMayHaveForgottenThatItIsDoneIsNotRepeatedButCounted() {
		Reservation reservation = reserve(10);
		redis.hang();
		get(this.quotas.giveBack(reservation, 4));
		this.time.advance(Duration.ofMinutes(11));
		redis.resume();
		eventually("Redis gives it back when it wakes", () -> usageInRedis() == 6);
		redis.ask("DEL quota:{" + this.user.userId() + "}:r:" + reservation.id());
		settledAll();
		assertThat(usageInRedis()).isEqualTo(6);
		assertThat(uncounted()).isEqualTo(4);
	}

	@Test
	void countsWhatWasGrantedWithoutRedis() {
		redis.hang();
		reserve(10);
		redis.resume();
		assertThat(
				this.meters.get("clearview.quota.posts").tags("tier", "free", "outcome", "degraded").counter().count())
			.isEqualTo(10);
	}

	private double uncounted() {
		return this.meters.get("clearview.quota.uncounted.posts").functionCounter().count();
	}

	private void settledAll() {
		eventually("nothing is owed", () -> {
			this.quotas.settle().block();
			return this.quotas.isSettled();
		});
	}

	private void settled(long posts) {
		eventually("Redis knows", () -> {
			this.quotas.settle().block();
			return usageInRedis() == posts;
		});
	}

	private Reservation reserve(int posts) {
		return get(this.quotas.reserve(this.user, posts, null));
	}

	private Reservation reserve(int posts, String idempotencyKey) {
		return get(this.quotas.reserve(this.user, posts, idempotencyKey));
	}

	private Reservation reserve(String... names) {
		return get(this.quotas.reserve(this.user, List.of(names), null));
	}

	private Reservation reserveNone(@Nullable String idempotencyKey, String... names) {
		return get(this.quotas.reserveNone(this.user, List.of(names), idempotencyKey));
	}

	private Usage usage() {
		return get(this.quotas.usage(this.user.userId(), this.user.tier()));
	}

	private int usageInRedis() {
		String answer = redis.ask("HGET quota:{" + this.user.userId() + "}:day n");
		String[] lines = answer.split("\r\n");
		return (lines.length > 1 && lines[0].startsWith("$") && !lines[0].equals("$-1")) ? Integer.parseInt(lines[1])
				: -1;
	}

	private static <T> T get(Mono<T> mono) {
		return Objects.requireNonNull(mono.block());
	}

	/** The clock of the instance, which agrees with that of Redis. */
	private static final class SameTime extends Clock {

		private final PinnedTime time;

		SameTime(PinnedTime time) {
			this.time = time;
		}

		@Override
		public Instant instant() {
			return Instant.ofEpochMilli(this.time.millis());
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			throw new UnsupportedOperationException("UTC only");
		}

	}

}
