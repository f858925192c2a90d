package io.clearview.classifier.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.quota.Reservation.Bound;
import io.clearview.classifier.quota.SharedQuota.Paid;
import io.clearview.classifier.quota.SharedQuota.Payment;
import io.clearview.classifier.quota.SharedQuota.Refund;
import io.clearview.classifier.quota.SharedQuota.Settlement;
import io.clearview.classifier.quota.SharedQuota.Unpaid;
import io.clearview.classifier.redis.Roles;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** The scripts on a real Redis, boundary by boundary. */
class QuotaScriptsTest {

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	private static final String NOON = "2026-11-23T12:00:00.000Z";

	private static Roles roles;

	private final PinnedTime time = new PinnedTime(NOON);

	private final QuotaProperties properties = QuotaFixtures.properties();

	private final Limits limits = this.properties.limits(Tier.FREE);

	private SharedQuota quota;

	private Caller user;

	@BeforeAll
	static void connect() {
		roles = Roles.of(redis, redis, Duration.ofSeconds(10), new SimpleMeterRegistry());
	}

	@AfterAll
	static void disconnect() {
		roles.close();
	}

	@BeforeEach
	void newUser() {
		this.quota = new SharedQuota(roles.state(), this.properties, this.time);
		this.user = QuotaFixtures.newUser(Tier.FREE);
	}

	@Test
	void grantsWhatIsLeftOfTheBurstAndThenNothing() {
		assertThat(reserve(30).granted()).isEqualTo(30);
		Reservation partly = reserve(30);
		assertThat(partly.granted()).isEqualTo(20);
		assertThat(partly.bound()).isEqualTo(Bound.BURST);
		Reservation none = reserve(1);
		assertThat(none.granted()).isZero();
		assertThat(none.bound()).isEqualTo(Bound.BURST);
		assertThat(none.usage().daily()).isEqualTo(50);
		assertThat(none.usage().burst()).isEqualTo(50);
	}

	@Test
	void grantsDownToOnePostOfTheDay() {
		for (int i = 0; i < 20; i++) {
			reserve((i == 19) ? 49 : 50);
			this.time.advance(Duration.ofSeconds(60));
		}
		Reservation last = reserve(10);
		assertThat(last.granted()).isEqualTo(1);
		assertThat(last.bound()).isEqualTo(Bound.DAY);
		assertThat(reserve(10).bound()).isEqualTo(Bound.DAY);
		assertThat(usage().dailyRemaining()).isZero();
	}

	@Test
	void postsThatAreTakenOnAreFreeForTenMinutes() {
		get(this.quota.reserve("first", this.user, 3, List.of("a", "b", "c"), null));
		this.quota.take(this.user.userId(), List.of("a", "c")).block();
		Reservation again = get(this.quota.reserve("second", this.user, 4, List.of("a", "b", "c", "d"), null));
		assertThat(again.granted()).isEqualTo(4);
		assertThat(again.charges()).isEqualTo("0101");
		assertThat(again.usage().daily()).isEqualTo(5);
		this.quota.drop(this.user.userId(), List.of("a")).block();
		assertThat(get(this.quota.reserve("third", this.user, 2, List.of("a", "c"), null)).charges()).isEqualTo("10");
		this.time.advance(Duration.ofMinutes(10));
		assertThat(get(this.quota.reserve("fourth", this.user, 1, List.of("c"), null)).charges()).isEqualTo("1");
		assertThat(redis.ask("TTL quota:{" + this.user.userId() + "}:taken")).containsPattern(":(5[0-9]{2}|600)\\s");
	}

	@Test
	void aLimitThatIsMetLeavesThePostsThatAreFree() {
		reserve(49);
		this.quota.take(this.user.userId(), List.of("a", "c")).block();
		Reservation partly = get(this.quota.reserve("r", this.user, 4, List.of("a", "b", "c", "d"), null));
		assertThat(partly.granted()).isEqualTo(3);
		assertThat(partly.charges()).isEqualTo("010");
		assertThat(partly.bound()).isEqualTo(Bound.BURST);
	}

	@Test
	void namesTheDayWhenBothLimitsBindAlike() {
		this.quota = new SharedQuota(roles.state(), QuotaFixtures.properties(10, 10), this.time);
		assertThat(reserve(11).bound()).isEqualTo(Bound.DAY);
	}

	@Test
	void aLonePostLeavesTheWindowAfterSixtySecondsToTheMillisecond() {
		this.time.advance(Duration.ofMillis(123));
		reserve(50);
		this.time.advance(Duration.ofMillis(59_999));
		assertThat(reserve(1).granted()).isZero();
		assertThat(usage().burstFirst()).isEqualTo(this.time.millis() + 1);
		this.time.advance(Duration.ofMillis(1));
		assertThat(usage().burst()).isZero();
		assertThat(reserve(50).granted()).isEqualTo(50);
	}

	@Test
	void postsOfOneSlotLeaveTogetherNotBeforeTheLastOfThem() {
		reserve(25);
		this.time.advance(Duration.ofMillis(499));
		reserve(25);
		this.time.advance(Duration.ofMillis(59_501));
		assertThat(usage().burst()).isEqualTo(50);
		this.time.advance(Duration.ofMillis(498));
		assertThat(usage().burst()).isEqualTo(50);
		this.time.advance(Duration.ofMillis(1));
		assertThat(usage().burst()).isZero();
	}

	@Test
	void theWindowSlidesSlotBySlot() {
		for (int second = 0; second < 5; second++) {
			assertThat(reserve(10).granted()).isEqualTo(10);
			this.time.advance(Duration.ofSeconds(1));
		}
		assertThat(reserve(10).granted()).isZero();
		this.time.advance(Duration.ofSeconds(55));
		for (int second = 0; second < 5; second++) {
			assertThat(reserve(50).granted()).as("second %s", second).isEqualTo(10);
			this.time.advance(Duration.ofSeconds(1));
		}
	}

	@Test
	void saysWhenTheFirstAndTheLastPostLeave() {
		reserve(1);
		this.time.advance(Duration.ofSeconds(9));
		reserve(1);
		this.time.advance(Duration.ofSeconds(1));
		Usage usage = usage();
		assertThat(usage.burstFirst() - usage.now()).isEqualTo(50_000);
		assertThat(usage.burstLast() - usage.now()).isEqualTo(59_000);
	}

	@Test
	void withNothingChargedTheWindowIsFreeNow() {
		Usage usage = usage();
		assertThat(usage.burstFirst()).isEqualTo(usage.now());
		assertThat(usage.burstLast()).isEqualTo(usage.now());
		assertThat(usage.daily()).isZero();
	}

	@Test
	void theDayEndsAtMidnightUtcAndTheWindowDoesNot() {
		this.time.set("2026-11-23T23:59:59.999Z");
		reserve(50);
		assertThat(usage().dailyResetAt()).isEqualTo(this.time.millis() + 1);
		this.time.set("2026-11-24T00:00:00.000Z");
		assertThat(usage().daily()).isZero();
		assertThat(usage().burst()).isEqualTo(50);
		assertThat(reserve(1).granted()).isZero();
		this.time.set("2026-11-24T00:00:59.999Z");
		assertThat(reserve(1).usage().daily()).isEqualTo(1);
	}

	@Test
	void aRepeatedReservationIsChargedOnce() {
		Reservation first = reserve("r1", 10, null);
		Reservation again = reserve("r1", 10, null);
		assertThat(again.granted()).isEqualTo(first.granted());
		assertThat(usage().daily()).isEqualTo(10);
		assertThat(usage().burst()).isEqualTo(10);
	}

	@Test
	void givesBackOnce() {
		reserve("r1", 10, null);
		assertThat(giveBack("r1", 4).posts()).isEqualTo(4);
		assertThat(giveBack("r1", 4).posts()).isZero();
		assertThat(usage().daily()).isEqualTo(6);
		assertThat(usage().burst()).isEqualTo(6);
	}

	@Test
	void givesBackNoMoreThanWasCharged() {
		reserve("r1", 10, null);
		assertThat(giveBack("r1", 11).posts()).isEqualTo(10);
		assertThat(usage().daily()).isZero();
		assertThat(usage().burst()).isZero();
	}

	@Test
	void whatWasGivenBackCanBeGrantedAgain() {
		reserve("r1", 50, null);
		giveBack("r1", 50);
		assertThat(reserve(50).granted()).isEqualTo(50);
	}

	@Test
	void givingBackYesterdaysPostsLeavesTodayAlone() {
		this.time.set("2026-11-23T23:59:59.000Z");
		reserve("r1", 10, null);
		this.time.set("2026-11-24T00:00:01.000Z");
		reserve(5);
		giveBack("r1", 10);
		assertThat(usage().daily()).isEqualTo(5);
		assertThat(usage().burst()).isEqualTo(5);
	}

	@Test
	void givingBackPostsThatLeftTheWindowLeavesItAlone() {
		reserve("r1", 10, null);
		this.time.advance(Duration.ofSeconds(61));
		reserve(5);
		giveBack("r1", 10);
		assertThat(usage().daily()).isEqualTo(5);
		assertThat(usage().burst()).isEqualTo(5);
	}

	@Test
	void aReservationThatArrivesAfterItWasGivenBackChargesNothing() {
		giveBack("r1", Integer.MAX_VALUE);
		assertThat(reserve("r1", 10, null).granted()).isZero();
		assertThat(usage().daily()).isZero();
	}

	@Test
	void anIdempotencyKeyIsChargedOnce() {
		assertThat(reserve("r1", 10, "k").granted()).isEqualTo(10);
		assertThat(reserve("r2", 10, "k").granted()).isEqualTo(10);
		assertThat(usage().daily()).isEqualTo(10);
		assertThat(reserve("r3", 10, "other").granted()).isEqualTo(10);
		assertThat(usage().daily()).isEqualTo(20);
	}

	@Test
	void aPaidIdempotencyKeyIsServedWhenNothingIsLeft() {
		reserve("r1", 10, "k");
		reserve(40);
		Reservation again = reserve("r3", 10, "k");
		assertThat(again.granted()).isEqualTo(10);
		assertThat(again.bound()).isEqualTo(Bound.NONE);
	}

	@Test
	void aRepetitionPaysForWhatWasGivenBackTheFirstTime() {
		reserve("r1", 10, "k");
		giveBack("r1", 4, "k");
		assertThat(usage().daily()).isEqualTo(6);
		assertThat(reserve("r2", 10, "k").granted()).isEqualTo(10);
		assertThat(usage().daily()).isEqualTo(10);
		giveBack("r2", 10, "k");
		assertThat(usage().daily()).isEqualTo(6);
	}

	@Test
	void aReservationWhoseRecordHasExpiredIsGivenBackOnceIfItsChargeIsCertain() {
		reserve("r1", 10, "k");
		redis.ask("DEL quota:{" + this.user.userId() + "}:r:r1");
		long today = usage().day();
		assertThat(giveBack("r1", 4, "k", today).posts()).isEqualTo(4);
		assertThat(giveBack("r1", 4, "k", today).posts()).isZero();
		assertThat(usage().daily()).isEqualTo(6);
		assertThat(reserve("r2", 10, "k").usage().daily()).as("the key is good for 6").isEqualTo(10);
		assertThat(giveBack("yesterday's", 4, null, today - 1).posts()).isEqualTo(4);
		assertThat(usage().daily()).isEqualTo(10);
	}

	@Test
	void whatWasPaidElsewhereUnderAnIdempotencyKeyIsFreeHere() {
		add(new Settlement("s1", usage().day(), 10, 10, 0));
		pay(new Paid("r1", "k", 10, 10, usage().day(), 0));
		assertThat(reserve("r2", 10, "k").charges()).isEqualTo("0000000000");
		assertThat(usage().daily()).isEqualTo(10);
	}

	@Test
	void whatWasPaidHereAndElsewhereUnderOneIdempotencyKeyIsGivenBackOnce() {
		reserve("r1", 10, "k");
		add(new Settlement("s1", usage().day(), 10, 10, 0));
		assertThat(usage().daily()).isEqualTo(20);
		pay(new Paid("r2", "k", 10, 10, usage().day(), 0));
		pay(new Paid("r2", "k", 10, 10, usage().day(), 0));
		assertThat(usage().daily()).isEqualTo(10);
	}

	@Test
	void onlyWhatIsChargedTwiceIsGivenBack() {
		reserve("r1", 4, "k");
		add(new Settlement("s1", usage().day(), 8, 8, 0));
		pay(new Paid("r2", "k", 10, 8, usage().day(), 0));
		assertThat(usage().daily()).as("posts 3 and 4 of 10").isEqualTo(10);
	}

	@Test
	void aRefundElsewhereIsTakenOffTheIdempotencyKeyOnce() {
		add(new Settlement("s1", usage().day(), 10, 10, 0));
		pay(new Paid("r1", "k", 10, 10, usage().day(), 0));
		add(new Settlement("s2", usage().day(), -4, 0, 0));
		pay(new Unpaid("r1", "k", 4, usage().day(), 0));
		pay(new Unpaid("r1", "k", 4, usage().day(), 0));
		assertThat(usage().daily()).isEqualTo(6);
		assertThat(reserve("r2", 10, "k").usage().daily()).isEqualTo(10);
	}

	@Test
	void aRefundElsewhereOfWhatWasChargedTwiceCountsOnce() {
		reserve("r1", 10, "k");
		add(new Settlement("s1", usage().day(), 10, 10, 0));
		pay(new Paid("r2", "k", 10, 10, usage().day(), 0));
		add(new Settlement("s2", usage().day(), -10, 0, 0));
		pay(new Unpaid("r2", "k", 10, usage().day(), 0));
		assertThat(usage().daily()).as("r1 was judged").isEqualTo(10);
		assertThat(reserve("r3", 10, "k").usage().daily()).isEqualTo(10);
	}

	@Test
	void addsWhatWasGrantedElsewhereOnce() {
		long today = usage().day();
		Settlement settlement = new Settlement("s1", today, 700, 60, 0);
		Usage after = add(settlement);
		assertThat(after.daily()).isEqualTo(700);
		assertThat(after.burst()).isEqualTo(60);
		assertThat(after.burstRemaining()).isZero();
		assertThat(add(settlement).daily()).isEqualTo(700);
	}

	@Test
	void addingLeavesResetsAndRefundsThatHappenedElsewhere() {
		long today = usage().day();
		reserve(50);
		this.quota.reset(this.user.userId()).block();
		assertThat(add(new Settlement("s1", today, 5, 5, 0)).daily()).isEqualTo(5);
		assertThat(add(new Settlement("s2", today, 7, 7, 0)).daily()).isEqualTo(12);
	}

	@Test
	void addingBringsALostCountBackToWhatWasKnown() {
		long today = usage().day();
		assertThat(add(new Settlement("s1", today, 5, 5, 300)).daily()).isEqualTo(305);
		assertThat(add(new Settlement("s2", today, 7, 7, 300)).daily()).isEqualTo(312);
	}

	@Test
	void addingYesterdaysPostsLeavesTodayAlone() {
		long yesterday = usage().day() - 1;
		assertThat(add(new Settlement("s1", yesterday, 5, 0, 0)).daily()).isZero();
	}

	@Test
	void everyKeyExpires() {
		reserve("r1", 10, "k");
		giveBack("r1", 1, "k");
		giveBack("r2", 1, "k");
		add(new Settlement("s1", usage().day(), 1, 1, 0));
		pay(new Paid("s2", "l", 2, 2, usage().day(), 0));
		pay(new Unpaid("s2", "l", 1, usage().day(), 0));
		String[] keys = redis.ask("KEYS quota:{" + this.user.userId() + "}*").split("\r\n");
		int seen = 0;
		for (String key : keys) {
			if (key.startsWith("quota:")) {
				seen++;
				assertThat(redis.ask("PTTL " + key)).as(key).doesNotStartWith(":-");
			}
		}
		assertThat(seen).isEqualTo(8);
	}

	@Test
	void slotsThatHaveLeftTheWindowAreDeletedSeveralAtATime() {
		int most = 0;
		for (int i = 0; i < 400; i++) {
			reserve(1);
			this.time.advance(Duration.ofMillis(1_500));
			String length = redis.ask("HLEN quota:{" + this.user.userId() + "}:day");
			most = Math.max(most, Integer.parseInt(length.substring(1, length.indexOf('\r'))));
		}
		assertThat(usage().burst()).isEqualTo(39);
		assertThat(usage().daily()).isEqualTo(400);
		assertThat(most).isLessThanOrEqualTo(2 + 41 + 8);
	}

	@Test
	void countsTheWindowThatAnEarlierVersionWroteAndMovesIt() {
		String account = "quota:{" + this.user.userId() + "}:day";
		reserve(5);
		this.time.advance(Duration.ofSeconds(1));
		long slot = this.time.millis() / 500;
		redis.ask("HSET " + account + " n 25 " + (slot - 2) + " " + (10 * 500 + 7) + " " + (slot - 120) + " "
				+ (9 * 500) + " " + slot + " " + (10 * 500 + 400));
		assertThat(usage().burst()).as("of before, and 10 each; 9 have left").isEqualTo(25);
		assertThat(usage().burstFirst()).isEqualTo((slot - 2) * 500 + 60_000);
		assertThat(reserve(50).granted()).isEqualTo(25);
		assertThat(redis.ask("HLEN " + account)).as("d, n and w").startsWith(":3");
		this.time.advance(Duration.ofMillis(59_007));
		assertThat(usage().burst()).isEqualTo(35);
		this.time.advance(Duration.ofMillis(1_392));
		assertThat(usage().burst()).isEqualTo(35);
		this.time.advance(Duration.ofMillis(1));
		assertThat(usage().burst()).isZero();
		assertThat(usage().daily()).isEqualTo(50);
	}

	@Test
	void postsThatAreChargedAfterRedissClockWasSetBackLeaveWithTheLastOnes() {
		reserve(10);
		this.time.advance(Duration.ofSeconds(-10));
		assertThat(reserve(10).usage().burst()).isEqualTo(20);
		this.time.advance(Duration.ofSeconds(10 + 59));
		assertThat(usage().burst()).isEqualTo(20);
		this.time.advance(Duration.ofSeconds(1));
		assertThat(usage().burst()).isZero();
	}

	@Test
	void aRefundLeavesTheSlotsBeforeAndAfterIt() {
		reserve("r1", 10, null);
		this.time.advance(Duration.ofSeconds(1));
		reserve("r2", 10, null);
		this.time.advance(Duration.ofSeconds(1));
		reserve("r3", 10, null);
		assertThat(giveBack("r2", 4).usage().burst()).isEqualTo(26);
		assertThat(giveBack("r1", 10).usage().burstFirst() - this.time.millis()).isEqualTo(59_000);
		this.time.advance(Duration.ofSeconds(59));
		assertThat(usage().burst()).isEqualTo(10);
		assertThat(giveBack("r3", 10).usage().burstLast()).as("nothing is left").isEqualTo(this.time.millis());
		assertThat(usage().daily()).isEqualTo(6);
	}

	@ParameterizedTest
	@ValueSource(strings = { "day", "taken", "r:r1", "i:k" })
	void aKeyOfTheWrongTypeIsDeletedAndTheUserStartsAnew(String key) {
		String name = "quota:{" + this.user.userId() + "}:" + key;
		redis.ask("DEL " + name);
		redis.ask(key.equals("day") || key.equals("taken") ? "SET " + name + " nonsense" : "LPUSH " + name + " x");
		this.quota.take(this.user.userId(), List.of("a")).block();
		assertThat(get(this.quota.reserve("r1", this.user, 3, List.of("b", "c", "d"), "k")).granted()).isEqualTo(3);
		assertThat(usage().daily()).isEqualTo(3);
		assertThat(reserve(1).usage().daily()).isEqualTo(4);
	}

	@ParameterizedTest
	@ValueSource(strings = { "window", "reserve", "give_back", "add", "pay", "unpay", "read", "take" })
	void scriptsNameTheirKeysLiterallyBecauseProxiesOfManagedClustersLookForThat(String script) throws IOException {
		String text = Files.readString(Path.of("src/main/resources/lua/quota/" + script + ".lua"));
		Matcher call = Pattern.compile("redis\\.call\\('([A-Z]+)'(, *[^,)]+)?").matcher(text);
		while (call.find()) {
			if (!call.group(1).equals("TIME")) {
				assertThat(call.group(2)).as(call.group()).matches(", KEYS\\[[1-4]\\]");
			}
		}
	}

	@Test
	void aReservationTakesFourCommandsAndIsWrittenByOneOfThem() {
		this.quota = new SharedQuota(roles.state(), this.properties, () -> "");
		reserve(1);
		redis.ask("CONFIG RESETSTAT");
		reserve(3);
		String stats = redis.ask("INFO commandstats");
		assertThat(Pattern.compile("cmdstat_(time|hgetall|hset|hmget|hget|hdel|get|set|exists|pexpire|zscore):calls=1,")
			.matcher(stats)
			.results()
			.map((result) -> result.group(1))).containsExactlyInAnyOrder("time", "hgetall", "set", "hset");
	}

	@Test
	void withoutPinnedTimeRedisIsTheClock() {
		this.quota = new SharedQuota(roles.state(), this.properties, () -> "");
		assertThat(reserve(1).usage().now()).isCloseTo(System.currentTimeMillis(),
				org.assertj.core.data.Offset.offset(60_000L));
	}

	@Test
	void resetForgetsBothCounts() {
		reserve(50);
		this.quota.reset(this.user.userId()).block();
		assertThat(usage().daily()).isZero();
		assertThat(reserve(50).granted()).isEqualTo(50);
	}

	private Reservation reserve(int posts) {
		return reserve(UUID.randomUUID().toString(), posts, null);
	}

	private Reservation reserve(String id, int posts, @Nullable String idempotencyKey) {
		return get(this.quota.reserve(id, this.user, posts, idempotencyKey));
	}

	private SharedQuota.GivenBack giveBack(String id, int posts) {
		return giveBack(id, posts, null);
	}

	private SharedQuota.GivenBack giveBack(String id, int posts, @Nullable String idempotencyKey) {
		return get(this.quota.giveBack(this.user.userId(), this.limits, new Refund(id, posts, idempotencyKey), null));
	}

	private SharedQuota.GivenBack giveBack(String id, int posts, @Nullable String idempotencyKey, long chargedOn) {
		return get(
				this.quota.giveBack(this.user.userId(), this.limits, new Refund(id, posts, idempotencyKey), chargedOn));
	}

	private void pay(Payment payment) {
		this.quota.pay(this.user.userId(), payment, this.properties.idempotency()).block();
	}

	private Usage add(Settlement settlement) {
		return get(this.quota.add(this.user.userId(), this.limits, settlement));
	}

	private Usage usage() {
		return get(this.quota.read(this.user.userId(), this.limits));
	}

	private static <T> T get(Mono<T> mono) {
		return Objects.requireNonNull(mono.block());
	}

}
