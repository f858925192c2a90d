package io.clearview.classifier.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.quota.SharedQuota.Refund;
import io.clearview.classifier.redis.Roles;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever is asked, and whenever: what holds of both limits. */
class QuotaPropertiesTest {

	private static final int DAILY = 60;

	private static final int BURST = 20;

	private static final TestRedis redis = new TestRedis();

	private static Roles roles;

	private static long reservations;

	@BeforeContainer
	static void start() {
		redis.start();
		roles = Roles.of(redis, redis, Duration.ofSeconds(10), new SimpleMeterRegistry());
	}

	@AfterContainer
	static void stop() {
		roles.close();
		redis.stop();
	}

	@Property(tries = 60, shrinking = ShrinkingMode.OFF)
	void neitherLimitIsEverExceededAndNothingIsLost(@ForAll("steps") List<Step> steps) {
		PinnedTime time = new PinnedTime("2026-11-23T23:57:00.000Z");
		QuotaProperties properties = QuotaFixtures.properties(DAILY, BURST);
		SharedQuota quota = new SharedQuota(roles.state(), properties, time);
		Limits limits = properties.limits(Tier.FREE);
		Caller user = QuotaFixtures.newUser(Tier.FREE);
		List<Charge> charges = new ArrayList<>();
		for (Step step : steps) {
			time.advance(Duration.ofMillis(step.afterMillis()));
			long now = time.millis();
			String id = "p" + ++reservations;
			Usage before = Objects.requireNonNull(quota.read(user.userId(), limits).block());
			Reservation reservation = Objects.requireNonNull(quota.reserve(id, user, step.posts(), null).block());
			assertThat((long) reservation.granted()).as("exactly what was left")
				.isEqualTo(Math.min(step.posts(), Math.min(before.dailyRemaining(), before.burstRemaining())));
			int kept = Math.max(0, reservation.granted() - step.givenBack());
			if (step.givenBack() > 0) {
				Refund refund = new Refund(id, step.givenBack(), null);
				quota.giveBack(user.userId(), limits, refund, null).block();
				quota.giveBack(user.userId(), limits, refund, null).block();
			}
			charges.add(new Charge(now, kept));
			assertThat(inWindow(charges, now)).as("posts in the 60 s up to %s", now).isLessThanOrEqualTo(BURST);
			assertThat(onDay(charges, now)).as("posts of the day").isLessThanOrEqualTo(DAILY);
			Usage after = Objects.requireNonNull(quota.read(user.userId(), limits).block());
			assertThat(after.daily()).as("the day's count is the truth").isEqualTo(onDay(charges, now));
			assertThat(after.burst()).as("the window forgets nothing early")
				.isGreaterThanOrEqualTo(inWindow(charges, now))
				.as("and nothing later than half a second")
				.isLessThanOrEqualTo(inWindow(charges, now, 60_500));
		}
	}

	@Provide
	Arbitrary<List<Step>> steps() {
		Arbitrary<Integer> pauses = Arbitraries.frequencyOf(
				net.jqwik.api.Tuple.of(4, Arbitraries.integers().between(0, 700)),
				net.jqwik.api.Tuple.of(2, Arbitraries.integers().between(1_000, 30_000)),
				net.jqwik.api.Tuple.of(1, Arbitraries.integers().between(59_000, 61_000)));
		return Combinators
			.combine(pauses, Arbitraries.integers().between(1, 25),
					Arbitraries.frequencyOf(net.jqwik.api.Tuple.of(3, Arbitraries.just(0)),
							net.jqwik.api.Tuple.of(1, Arbitraries.integers().between(1, 25))))
			.as(Step::new)
			.list()
			.ofMinSize(20)
			.ofMaxSize(40);
	}

	private static int inWindow(List<Charge> charges, long now) {
		return inWindow(charges, now, Usage.WINDOW_MILLIS);
	}

	private static int inWindow(List<Charge> charges, long now, int window) {
		return charges.stream().filter((charge) -> charge.at() > now - window).mapToInt(Charge::posts).sum();
	}

	private static int onDay(List<Charge> charges, long now) {
		return charges.stream()
			.filter((charge) -> charge.at() / Usage.DAY_MILLIS == now / Usage.DAY_MILLIS)
			.mapToInt(Charge::posts)
			.sum();
	}

	record Step(int afterMillis, int posts, int givenBack) {
	}

	private record Charge(long at, int posts) {
	}

}
