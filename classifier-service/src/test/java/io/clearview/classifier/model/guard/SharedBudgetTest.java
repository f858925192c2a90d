package io.clearview.classifier.model.guard;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.clearview.classifier.model.guard.BudgetReservation.Granted;
import io.clearview.classifier.model.guard.BudgetReservation.Limit;
import io.clearview.classifier.model.guard.BudgetReservation.Refused;
import io.clearview.classifier.redis.Roles;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** Two instances of the service and one Redis. */
class SharedBudgetTest {

	private static final String WINDOW = "budget:{m}:window";

	private static final String SPEND = "budget:{m}:spend";

	private static final Duration PATIENT = Duration.ofSeconds(2);

	@RegisterExtension
	static final TestRedis server = new TestRedis();

	private static Roles one;

	private static Roles other;

	@BeforeAll
	static void connect() {
		one = Roles.of(server, server, PATIENT, new SimpleMeterRegistry());
		other = Roles.of(server, server, PATIENT, new SimpleMeterRegistry());
	}

	@AfterAll
	static void disconnect() {
		one.close();
		other.close();
	}

	@BeforeEach
	void empty() {
		server.flush();
	}

	@Test
	void grantsExactlyTheRequestsOfAMinuteToAllInstancesTogether() {
		Map<String, ?> limits = Map.of("requests-per-minute", 100);
		assertThat(race(300, limits, 10, 0)).isEqualTo(100);
		assertThat(reserve(instance(limits))).isEqualTo(new Refused(Limit.REQUESTS));
	}

	@Test
	void grantsExactlyTheTokensOfAMinute() {
		assertThat(race(300, Map.of("tokens-per-minute", 5_000), 70, 0)).isEqualTo(71);
	}

	@Test
	void grantsExactlyTheMoneyOfADay() {
		Map<String, ?> limits = Map.of("daily-cap", 1);
		assertThat(race(300, limits, 70, 9_000_000)).isEqualTo(111);
		assertThat(instance(limits).reserve(1, 1_000_000, false).block()).isInstanceOf(Granted.class);
		assertThat(instance(limits).reserve(1, 1, false).block()).isEqualTo(new Refused(Limit.COST));
	}

	@Test
	void asksTheCapBeforeTheOtherLimits() {
		SharedBudget budget = instance(Map.of("daily-cap", 0.000000001, "requests-per-minute", 1));
		assertThat(budget.reserve(1, 1, false).block()).isInstanceOf(Granted.class);
		assertThat(budget.reserve(1, 1, false).block()).isEqualTo(new Refused(Limit.COST));
	}

	@Test
	void withoutLimitsEverythingIsGrantedAndCounted() {
		SharedBudget budget = instance(Map.of());
		for (int i = 0; i < 5; i++) {
			assertThat(budget.reserve(100, 7, false).block()).isInstanceOf(Granted.class);
		}
		assertThat(budget.use()).isEqualTo(new SharedBudget.Use(35, 5, 500));
	}

	@Test
	void moreTriesAreATenthOfTheCallsOfTheFleet() {
		Map<String, ?> limits = Map.of("retry-floor", 0);
		SharedBudget here = instance(one, limits);
		SharedBudget there = instance(other, limits);
		assertThat(here.reserve(1, 0, true).block()).isEqualTo(new Refused(Limit.RETRIES));
		for (int i = 0; i < 39; i++) {
			reserve((i % 2 == 0) ? here : there);
		}
		List<BudgetReservation> tries = Flux.range(0, 20)
			.flatMap((i) -> ((i % 2 == 0) ? here : there).reserve(1, 0, true))
			.collectList()
			.block();
		assertThat(tries).filteredOn(Granted.class::isInstance).hasSize(3);
		reserve(here);
		assertThat(there.reserve(1, 0, true).block()).isInstanceOf(Granted.class);
		assertThat(here.reserve(1, 0, true).block()).isEqualTo(new Refused(Limit.RETRIES));
	}

	@Test
	void callsThatWereNeverMadeAllowForNoMoreTries() {
		SharedBudget budget = instance(Map.of("retry-floor", 0));
		for (int i = 0; i < 10; i++) {
			budget.settle((Granted) reserve(budget), (i < 9) ? 1 : 0, 0, 0);
		}
		eventually("settled", () -> counted("c") == 9);
		assertThat(budget.reserve(1, 0, true).block()).isEqualTo(new Refused(Limit.RETRIES));
		reserve(budget);
		Granted again = (Granted) Objects.requireNonNull(budget.reserve(1, 0, true).block());
		assertThat(budget.reserve(1, 0, true).block()).isEqualTo(new Refused(Limit.RETRIES));
		budget.settle(again, 0, 0, 0);
		eventually("given back", () -> counted("x") == 0);
		assertThat(budget.reserve(1, 0, true).block()).isInstanceOf(Granted.class);
	}

	@Test
	void locallyToo_callsThatWereNeverMadeAllowForNoMoreTries() {
		LocalBudget local = new LocalBudget(GuardLimits.of(Map.of("retry-floor", 0)),
				Clock.fixed(Instant.now(), ZoneOffset.UTC));
		for (int i = 0; i < 10; i++) {
			local.settle((Granted) local.reserve(1, 0, false), (i < 9) ? 1 : 0, 0, 0);
		}
		assertThat(local.reserve(1, 0, true)).isEqualTo(new Refused(Limit.RETRIES));
		local.reserve(1, 0, false);
		Granted again = (Granted) local.reserve(1, 0, true);
		local.settle(again, 0, 0, 0);
		assertThat(local.reserve(1, 0, true)).isInstanceOf(Granted.class);
		assertThat(local.reserve(1, 0, true)).isEqualTo(new Refused(Limit.RETRIES));
	}

	@Test
	void aQuietFleetMayTryAgainAFewTimesAMinute() {
		SharedBudget budget = instance(Map.of());
		reserve(budget);
		for (int i = 0; i < 3; i++) {
			assertThat(budget.reserve(1, 0, true).block()).isInstanceOf(Granted.class);
		}
		assertThat(budget.reserve(1, 0, true).block()).isEqualTo(new Refused(Limit.RETRIES));
	}

	@Test
	void settlesWhatWasReallyTaken() {
		SharedBudget budget = instance(Map.of("requests-per-minute", 3, "tokens-per-minute", 1_000, "daily-cap", 1));
		Granted granted = (Granted) budget.reserve(900, 600_000_000, false).block();
		assertThat(budget.reserve(200, 1, false).block()).isEqualTo(new Refused(Limit.TOKENS));
		budget.settle(granted, 2, 100, 50_000_000);
		eventually("settled", () -> Long.parseLong(field(SPEND, "nanos")) == 50_000_000);
		assertThat(budget.reserve(900, 950_000_000, false).block()).isInstanceOf(Granted.class);
		assertThat(budget.reserve(0, 0, false).block()).as("two requests and one")
			.isEqualTo(new Refused(Limit.REQUESTS));
	}

	@Test
	void aSecondCountsUntilItIsAWholeMinutePast() {
		SharedBudget budget = instance(Map.of("requests-per-minute", 10));
		long now = now();
		server.ask("HSET " + WINDOW + " " + (now - 90) + ":r 10 " + (now - 90) + ":t 5");
		assertThat(reserve(budget)).isInstanceOf(Granted.class);
		assertThat(field(WINDOW, (now - 90) + ":r")).as("forgotten").isEmpty();
		server.ask("DEL " + WINDOW);
		server.ask("HSET " + WINDOW + " " + (now() - 58) + ":r 10");
		assertThat(reserve(budget)).isEqualTo(new Refused(Limit.REQUESTS));
	}

	@Test
	void theDayBeginsAnewAtMidnight() {
		SharedBudget budget = instance(Map.of("daily-cap", 1));
		long today = now() / 86_400;
		server.ask("HSET " + SPEND + " day " + (today - 1) + " nanos 999999999");
		Granted granted = (Granted) Objects.requireNonNull(budget.reserve(1, 1_000_000_000, false).block());
		assertThat(granted.day()).isEqualTo(today);
		assertThat(field(SPEND, "day")).isEqualTo(Long.toString(today));
		budget.settle(new Granted(granted.second(), today - 1, true, false, 1, 1_000_000_000), 1, 1, 0);
		assertThat(budget.reserve(1, 1, false).block()).as("yesterday's calls are settled with yesterday")
			.isEqualTo(new Refused(Limit.COST));
	}

	@Test
	void tellsARedisThatLostItsMemoryWhatWasSpent() {
		SharedBudget budget = instance(Map.of("daily-cap", 1));
		budget.reserve(1, 700_000_000, false).block();
		server.flush();
		assertThat(budget.reserve(1, 400_000_000, false).block()).isEqualTo(new Refused(Limit.COST));
		assertThat(budget.reserve(1, 300_000_000, false).block()).isInstanceOf(Granted.class);
	}

	@Test
	void keysExpire() {
		reserve(instance(Map.of()));
		assertThat(server.ask("TTL " + WINDOW)).startsWith(":1");
		assertThat(server.ask("TTL " + SPEND)).startsWith(":17");
	}

	@Test
	void whileRedisHangsAnInstanceTakesAShareAndPaysItBack() {
		try (Roles roles = Roles.of(server, server, Duration.ofMillis(300), new SimpleMeterRegistry())) {
			SharedBudget budget = instance(roles, Map.of("daily-cap", 1, "requests-per-minute", 40));
			assertThat(budget.reserve(1, 500_000_000, false).block()).isInstanceOf(Granted.class);
			server.hang();
			List<Granted> granted = Stream.generate(() -> budget.reserve(1, 1_000_000, false).block())
				.limit(60)
				.filter(Granted.class::isInstance)
				.map(Granted.class::cast)
				.toList();
			assertThat(granted).as("a tenth of the requests").hasSize(4).noneMatch(Granted::shared);
			granted.forEach((it) -> budget.settle(it, 1, 1, 2_000_000));
			server.resume();
			eventually("paid back", () -> Long.parseLong(field(SPEND, "nanos")) >= 508_000_000);
		}
		finally {
			server.resume();
		}
	}

	@Test
	void whileRedisIsOutAnInstanceSpendsAtMostATenthOfWhatWasLeft() {
		LocalBudget local = new LocalBudget(GuardLimits.of(Map.of("daily-cap", 1)), Clock.systemUTC());
		local.known(local.day(), 500_000_000);
		assertThat(local.reserve(1, 50_000_001, false)).isEqualTo(new Refused(Limit.COST));
		assertThat(local.reserve(1, 50_000_000, false)).isInstanceOf(Granted.class);
		assertThat(local.reserve(1, 1, false)).isEqualTo(new Refused(Limit.COST));
	}

	@Test
	void locallyToo_moreTriesAreATenthOfTheCalls() {
		LocalBudget local = new LocalBudget(GuardLimits.of(Map.of("retry-floor", 0)),
				Clock.fixed(Instant.now(), ZoneOffset.UTC));
		assertThat(local.reserve(1, 0, true)).isEqualTo(new Refused(Limit.RETRIES));
		for (int i = 0; i < 10; i++) {
			local.reserve(1, 0, false);
		}
		assertThat(local.reserve(1, 0, true)).isInstanceOf(Granted.class);
		assertThat(local.reserve(1, 0, true)).isEqualTo(new Refused(Limit.RETRIES));
	}

	/** How many of so many concurrent reservations through two instances are granted. */
	private long race(int reservations, Map<String, ?> limits, long tokens, long costNanos) {
		SharedBudget here = instance(one, limits);
		SharedBudget there = instance(other, limits);
		return Objects.requireNonNull(Flux.range(0, reservations)
			.flatMap((i) -> ((i % 2 == 0) ? here : there).reserve(tokens, costNanos, false), 64)
			.doOnNext(
					(reservation) -> assertThat(!(reservation instanceof Granted granted) || granted.shared()).isTrue())
			.filter(Granted.class::isInstance)
			.count()
			.block());
	}

	private static BudgetReservation reserve(SharedBudget budget) {
		return Objects.requireNonNull(budget.reserve(1, 0, false).block());
	}

	private static SharedBudget instance(Map<String, ?> properties) {
		return instance(one, properties);
	}

	private static SharedBudget instance(Roles roles, Map<String, ?> properties) {
		GuardProperties limits = GuardLimits.of(properties);
		return new SharedBudget(roles.state(), "m", limits, new LocalBudget(limits, Clock.systemUTC()));
	}

	private static long now() {
		return Long.parseLong(server.ask("TIME").lines().skip(2).findFirst().orElseThrow());
	}

	/** How many tries of a kind are in the window. */
	private static int counted(String kind) {
		List<String> lines = server.ask("HGETALL " + WINDOW).lines().filter((line) -> !line.startsWith("$")).toList();
		return IntStream.range(0, lines.size() - 1)
			.filter((i) -> lines.get(i).endsWith(":" + kind))
			.map((i) -> Integer.parseInt(lines.get(i + 1)))
			.sum();
	}

	private static String field(String key, String field) {
		List<String> lines = server.ask("HGET " + key + " " + field).lines().toList();
		return lines.getFirst().equals("$-1") ? "" : lines.get(1);
	}

}
