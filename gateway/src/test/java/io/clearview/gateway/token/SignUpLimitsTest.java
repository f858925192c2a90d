package io.clearview.gateway.token;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.clearview.gateway.testing.Gateway;
import io.clearview.gateway.token.SignUpProperties.Bucket;
import io.clearview.kit.testing.MovingClock;
import io.clearview.kit.testing.TestRedis;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;

/** Campuses, farms and floods, in virtual time, with the limits that are shipped. */
class SignUpLimitsTest {

	private static final Duration MORNING = Duration.ofHours(3);

	private static final int CAMPUS = 2000;

	private static final int FLOOD = 1_000_000;

	/** As many over Redis as take seconds; a refusal writes nothing. */
	private static final int FLOOD_OF_REDIS = 200_000;

	private static final int FLOODED_NETWORKS = 20;

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	private static Gateway gateway;

	private final MovingClock clock = new MovingClock(Instant.parse("2026-11-23T08:00:00Z"));

	private final SignUpLimits limits = limits(gateway.context().getBean(SignUpProperties.class));

	@BeforeAll
	static void start() {
		gateway = Gateway.start(redis.url(), "http://127.0.0.1:1");
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@BeforeEach
	void empty() {
		redis.flush();
	}

	@Test
	void aCampusBehindOneAddressAndOneBrowserVersionGetsItsTokensWithinAMorning() {
		Device everybody = four("nat", "campus");
		assertThat(signUps(CAMPUS, MORNING, everybody)).isEqualTo(CAMPUS);
	}

	@Test
	void aCampusThatInstallsAtOnceGetsItsTokens() {
		assertThat(signUps(CAMPUS, Duration.ZERO, four("nat", "campus"))).isEqualTo(CAMPUS);
	}

	@Test
	void aCampusOfOneSiteOfIpv6GetsItsTokens() {
		assertThat(signUps(CAMPUS, MORNING, six("nat", "site", "campus"))).isEqualTo(CAMPUS);
	}

	@Test
	void aFarmGetsNoMoreThanItsNetworkHoldsHoweverManyDevicesItClaimsToBe() {
		AtomicInteger name = new AtomicInteger();
		int got = 0;
		for (int i = 0; i < 5 * CAMPUS; i++) {
			got += take(four("device " + name.incrementAndGet(), "farm")).isZero() ? 1 : 0;
		}
		assertThat(got).isEqualTo(2500);
		this.clock.advance(Duration.ofHours(1));
		got = 0;
		for (int i = 0; i < CAMPUS; i++) {
			got += take(four("device " + name.incrementAndGet(), "farm")).isZero() ? 1 : 0;
		}
		assertThat(got).as("one in three minutes").isEqualTo(20);
	}

	@Test
	void aFarmOfManySitesGetsNoMoreThanItsNetworkHolds() {
		int got = 0;
		for (int i = 0; i < 3 * 5000; i++) {
			got += take(six("device " + i, "site " + i % 256, "farm")).isZero() ? 1 : 0;
		}
		assertThat(got).isEqualTo(5000);
	}

	@Test
	void oneDeviceLeavesWhatANetworkHasLeftToItsNeighbours() {
		Device loop = four("loop", "home");
		int got = 0;
		Duration wait = Duration.ZERO;
		for (int i = 0; i < 3000; i++) {
			wait = take(loop);
			got += wait.isZero() ? 1 : 0;
		}
		assertThat(got).as("until the network is short, and five of its own").isEqualTo(2200 + 5);
		assertThat(wait).isBetween(Duration.ofMinutes(1), Duration.ofMinutes(10));
		assertThat(take(four("neighbour", "home"))).isZero();
		this.clock.advance(Duration.ofMinutes(10));
		assertThat(take(loop)).as("one more").isZero();
	}

	@Test
	void whoIsRefusedWaitsForMinutes() {
		for (int i = 0; i < 2500; i++) {
			take(four("device " + i, "full"));
		}
		assertThat(take(four("late", "full"))).isEqualTo(Duration.ofMinutes(3));
		this.clock.advance(Duration.ofMinutes(3));
		assertThat(take(four("late", "full"))).isZero();
	}

	@Test
	void aSignUpThatCameToNothingIsGivenBack() {
		SignUpLimits narrow = limits(new SignUpProperties(bucket(1, 0), bucket(1, 0), bucket(1, 0), bucket(1, 0)));
		for (Device device : List.of(four("one", "back"), six("one", "site", "back of six"))) {
			for (int i = 0; i < 3; i++) {
				assertThat(narrow.take(device).block()).isZero();
				assertThat(narrow.take(device).block()).isEqualTo(Duration.ofMinutes(10));
				narrow.giveBack(device).block();
				assertThat(narrow.takeLocally(device, 1)).isZero();
				assertThat(narrow.takeLocally(device, 1)).isEqualTo(Duration.ofMinutes(10));
				assertThat(narrow.takeLocally(device, -1)).isZero();
			}
		}
	}

	@Test
	void whatIsStoredDoesNotDependOnHowManySignUps() {
		AtomicInteger granted = new AtomicInteger();
		Flux.range(0, FLOOD_OF_REDIS)
			.flatMap((i) -> this.limits.take(four("device " + i, "flooded " + i % FLOODED_NETWORKS)), 256)
			.doOnNext((wait) -> granted.addAndGet(wait.isZero() ? 1 : 0))
			.blockLast(Duration.ofMinutes(4));
		assertThat(granted.get()).isEqualTo(FLOODED_NETWORKS * 2500);
		List<String> keys = keys();
		assertThat(keys).as("networks, and what devices took of the rest that is kept for them")
			.hasSizeLessThanOrEqualTo(FLOODED_NETWORKS * (1 + 2500 - 2200));
		int grantedLocally = 0;
		for (int i = 0; i < FLOOD; i++) {
			Device device = four("device " + i, "flooded " + i % FLOODED_NETWORKS);
			grantedLocally += this.limits.takeLocally(device, 1).isZero() ? 1 : 0;
		}
		assertThat(grantedLocally).isEqualTo(FLOODED_NETWORKS * 2500);
		assertThat(keys).allMatch((key) -> Long.parseLong(redis.ask("PTTL " + key).split("[:\r]")[1]) > 0);
	}

	private static List<String> keys() {
		List<String> keys = new ArrayList<>();
		for (String line : redis.ask("KEYS sign-up:*").split("\r\n")) {
			if (line.startsWith("sign-up:")) {
				keys.add(line);
			}
		}
		return keys;
	}

	private int signUps(int people, Duration within, Device device) {
		int got = 0;
		for (int i = 0; i < people; i++) {
			got += take(device).isZero() ? 1 : 0;
			this.clock.advance(within.dividedBy(people));
		}
		return got;
	}

	/** Takes one of both: over the fleet and locally, which must agree. */
	private Duration take(Device device) {
		Duration wait = this.limits.take(device).block();
		assertThat(this.limits.takeLocally(device, 1)).isEqualTo(wait);
		return wait;
	}

	private SignUpLimits limits(SignUpProperties properties) {
		return new SignUpLimits(gateway.context().getBean(TokenStore.class), properties, this.clock);
	}

	private static Bucket bucket(int atOnce, int shortAt) {
		return new Bucket(atOnce, Duration.ofMinutes(10), shortAt);
	}

	private static Device four(String name, String network) {
		return new Device(name.replace(' ', '-'), network.replace(' ', '-'), List.of(network.replace(' ', '-')), false);
	}

	private static Device six(String name, String site, String network) {
		return new Device(name.replace(' ', '-'), network.replace(' ', '-'),
				List.of(site.replace(' ', '-'), network.replace(' ', '-')), true);
	}

}
