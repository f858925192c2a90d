package io.clearview.classifier.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.redis.Roles;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** 200 clients of one user, through two instances, with a day of shifted time. */
class QuotaRaceTest {

	private static final int CLIENTS = 200;

	private static final int POSTS_EACH = 25;

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	private final PinnedTime time = new PinnedTime("2026-11-23T00:00:00.000Z");

	@ParameterizedTest(name = "instances killed meanwhile: {0}")
	@ValueSource(booleans = { false, true })
	void grantsExactlyTheDayAndNeverMoreThanTheWindow(boolean kills) {
		Running[] fleet = { new Running(), new Running() };
		Caller user = QuotaFixtures.newUser(Tier.FREE);
		ConcurrentLinkedQueue<Grant> told = new ConcurrentLinkedQueue<>();
		int[] left = new int[CLIENTS];
		Arrays.fill(left, POSTS_EACH);
		try {
			for (int round = 0; round < 300 && fleet[0].used(user) < 1_000; round++) {
				// every eighth round finds the window empty: then something is granted
				int victim = (kills && round % 16 == 8) ? round / 16 % 2 : -1;
				AtomicInteger answers = new AtomicInteger();
				// every client asks at the same moment for what it still wants
				Flux.fromStream(IntStream.range(0, CLIENTS).boxed())
					.filter((client) -> left[client] > 0)
					.flatMap((client) -> ask(fleet[client % 2], user, client, left, told).doOnNext((_) -> {
						if (victim >= 0 && answers.incrementAndGet() == 3) {
							fleet[victim].kill();
						}
					}), CLIENTS)
					.blockLast();
				if (victim >= 0) {
					fleet[victim] = new Running();
				}
				this.time.advance(Duration.ofMillis(7_777));
			}
			List<Grant> granted = fleet[0].grants(user);
			assertThat(granted.stream().mapToInt(Grant::posts).sum()).isEqualTo(1_000);
			assertThat(mostInAnyWindow(granted)).isLessThanOrEqualTo(50);
			assertThat(IntStream.of(left).sum()).as("wanted and not granted")
				.isEqualTo(CLIENTS * POSTS_EACH - told.stream().mapToInt(Grant::posts).sum());
			if (!kills) {
				assertThat(told).as("every client knows of its grants")
					.extracting(Grant::posts)
					.containsExactlyInAnyOrderElementsOf(granted.stream().map(Grant::posts).toList());
			}
			assertThat(Flux.fromArray(fleet)
				.flatMap((instance) -> instance.quotas.reserve(user, 5, null))
				.all((reservation) -> reservation.granted() == 0)
				.block()).as("nothing is left of the day").isTrue();
			assertThat(fleet[1].used(user)).isEqualTo(1_000);
		}
		finally {
			Arrays.stream(fleet).forEach(Running::close);
		}
	}

	private Mono<Integer> ask(Running instance, Caller user, int client, int[] left,
			ConcurrentLinkedQueue<Grant> told) {
		return Mono.defer(() -> instance.quotas.reserve(user, Math.min(7, left[client]), null)).map((reservation) -> {
			assertThat(reservation.local()).isFalse();
			if (reservation.granted() > 0) {
				told.add(new Grant(reservation.usage().now(), reservation.granted()));
			}
			left[client] -= reservation.granted();
			return reservation.granted();
		}).subscribeOn(Schedulers.parallel()).takeUntilOther(instance.killed.asMono());
	}

	private static int mostInAnyWindow(List<Grant> grants) {
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

	/** An instance, until it is killed. */
	private final class Running implements AutoCloseable {

		private final Roles roles = Roles.of(redis, redis, Duration.ofSeconds(20), new SimpleMeterRegistry());

		private final Sinks.Empty<Void> killed = Sinks.empty();

		private final QuotaService quotas;

		Running() {
			QuotaProperties properties = QuotaFixtures.properties();
			this.quotas = new QuotaService(properties,
					new SharedQuota(this.roles.state(), properties, QuotaRaceTest.this.time),
					new LocalQuota(1_000, properties.idempotency(), Clock.systemUTC()), QuotaArchive.NONE,
					new QuotaMetrics(new SimpleMeterRegistry()));
		}

		/** Ends it with all it is doing: nobody hears of what Redis answers it. */
		void kill() {
			this.killed.tryEmitEmpty();
			Schedulers.boundedElastic().schedule(this.roles::close);
		}

		long used(Caller user) {
			return Objects.requireNonNull(this.quotas.usage(user.userId(), user.tier()).block()).daily();
		}

		/** All that was ever granted, as Redis remembers it. */
		List<Grant> grants(Caller user) {
			return Objects.requireNonNull(this.roles.state()
				.run((commands) -> commands.keys("quota:{" + user.userId() + "}:r:*"))
				.flatMap((keys) -> this.roles.state().run((commands) -> commands.mget(keys.toArray(String[]::new))))
				.flatMapIterable((values) -> values)
				.map((value) -> value.getValue().split(" "))
				.map((reservation) -> new Grant(Long.parseLong(reservation[1]) * 500, Integer.parseInt(reservation[2])))
				.collectList()
				.block());
		}

		@Override
		public void close() {
			this.roles.close();
		}

	}

	private record Grant(long at, int posts) {
	}

}
