package io.clearview.classifier.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.redis.Roles;
import io.clearview.classifier.redis.TestRedis;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** 200 clients of one user, through two instances, with a day of shifted time. */
class QuotaRaceTest {

	private static final int CLIENTS = 200;

	private static final int POSTS_EACH = 25;

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	private final PinnedTime time = new PinnedTime("2026-11-23T00:00:00.000Z");

	@Test
	void grantsExactlyTheDayAndNeverMoreThanTheWindow() {
		try (Roles one = roles(); Roles two = roles()) {
			List<QuotaService> instances = List.of(instance(one), instance(two));
			Caller user = QuotaFixtures.newUser(Tier.FREE);
			ConcurrentLinkedQueue<Grant> grants = new ConcurrentLinkedQueue<>();
			int[] left = new int[CLIENTS];
			java.util.Arrays.fill(left, POSTS_EACH);
			int granted = 0;
			for (int round = 0; round < 300 && granted < 1_000; round++) {
				// every client asks at the same moment for what it still wants
				granted += Objects.requireNonNull(Flux.fromStream(IntStream.range(0, CLIENTS).boxed())
					.filter((client) -> left[client] > 0)
					.flatMap((client) -> ask(instances.get(client % 2), user, client, left, grants), CLIENTS)
					.reduce(0, Integer::sum)
					.block());
				this.time.advance(Duration.ofMillis(7_777));
			}
			assertThat(IntStream.of(left).sum()).isEqualTo(CLIENTS * POSTS_EACH - 1_000);
			assertThat(granted).isEqualTo(1_000);
			assertThat(Flux.fromIterable(instances)
				.flatMap((instance) -> instance.reserve(user, 5, null))
				.all((reservation) -> reservation.granted() == 0)
				.block()).as("nothing is left of the day").isTrue();
			assertThat(mostInAnyWindow(grants)).isLessThanOrEqualTo(50);
			assertThat(Objects.requireNonNull(instances.getFirst().usage(user.userId(), Tier.FREE).block()).daily())
				.isEqualTo(1_000);
		}
	}

	private Mono<Integer> ask(QuotaService instance, Caller user, int client, int[] left,
			ConcurrentLinkedQueue<Grant> grants) {
		return Mono.defer(() -> instance.reserve(user, Math.min(7, left[client]), null)).map((reservation) -> {
			assertThat(reservation.local()).isFalse();
			grants.add(new Grant(reservation.usage().now(), reservation.granted()));
			left[client] -= reservation.granted();
			return reservation.granted();
		}).subscribeOn(Schedulers.parallel());
	}

	private static int mostInAnyWindow(ConcurrentLinkedQueue<Grant> grants) {
		List<Grant> sorted = new ArrayList<>(grants);
		sorted.sort(Comparator.comparingLong(Grant::at));
		int most = 0;
		for (int first = 0; first < sorted.size(); first++) {
			int posts = 0;
			for (int i = first; i < sorted.size() && sorted.get(i).at() < sorted.get(first).at() + 60_000; i++) {
				posts += sorted.get(i).posts();
			}
			most = Math.max(most, posts);
		}
		return most;
	}

	private QuotaService instance(Roles roles) {
		QuotaProperties properties = QuotaFixtures.properties();
		return new QuotaService(properties, new SharedQuota(roles.state(), properties, this.time),
				new LocalQuota(1_000, Clock.systemUTC()), new QuotaMeters(new SimpleMeterRegistry()));
	}

	private static Roles roles() {
		return Roles.of(redis, redis, Duration.ofSeconds(20), new SimpleMeterRegistry());
	}

	private record Grant(long at, int posts) {
	}

}
