package io.clearview.classifier.quota;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;

import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.redis.Roles;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Refunds, posts that are pending at a deadline, repetitions under a key and resets, on
 * two instances with the time-outs of production, while Redis hangs for 100 to 300 ms
 * again and again: afterwards it counts what was judged or taken on, to the post. Takes
 * some seconds; {@code -Dclearview.quota-race=PT10M} takes ten minutes.
 */
class QuotaMixedRaceTest {

	private static final Duration LASTS = Duration.parse(System.getProperty("clearview.quota-race", "PT4S"));

	private static final int CLIENTS = 6;

	private static final int USERS = 4;

	/**
	 * Requests of a user with an idempotency key on an instance before it has told Redis
	 * all of that user. It owes Redis up to two payments for each of them, and remembers
	 * a bounded number; those that are under way on the other clients count too.
	 */
	private static final int MOST_KEYS = LocalAccount.MOST_OWED / 2 - CLIENTS;

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	private final PinnedTime time = new PinnedTime("2026-11-23T12:00:00.000Z");

	private final AtomicLong requests = new AtomicLong();

	private final AtomicLong granted = new AtomicLong();

	private final AtomicLong grantedHere = new AtomicLong();

	private final List<User> users = IntStream.range(0, USERS).mapToObj((_) -> new User()).toList();

	@Test
	@Timeout(value = 15, unit = TimeUnit.MINUTES)
	void redisCountsToThePostWhatWasJudgedOrTakenOn() throws Exception {
		List<Instance> fleet = List.of(new Instance(), new Instance());
		long end = System.nanoTime() + LASTS.toNanos();
		try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + 2)) {
			List<Future<?>> running = new ArrayList<>();
			for (int i = 0; i < CLIENTS; i++) {
				running.add(threads.submit(() -> until(end, () -> request(any(fleet), any(this.users)))));
			}
			running.add(threads.submit(() -> until(end, () -> reset(fleet, any(this.users)))));
			running.add(threads.submit(() -> until(end, QuotaMixedRaceTest::hiccup)));
			for (Future<?> one : running) {
				one.get();
			}
			redis.resume();
			for (Instance instance : fleet) {
				eventually("all is told to Redis", () -> {
					instance.quotas.settle().block();
					return instance.quotas.isSettled();
				});
			}
			for (User user : this.users) {
				assertThat(usedInRedis(user))
					.as("after %s requests; %s posts were granted, %s of them without Redis", this.requests,
							this.granted, this.grantedHere)
					.isEqualTo(user.expected.get());
			}
			assertThat(this.granted.get()).isPositive();
			for (Instance instance : fleet) {
				assertThat(instance.meters.get("clearview.quota.uncounted.posts").functionCounter().count()).isZero();
			}
		}
		finally {
			redis.resume();
			fleet.forEach(Instance::close);
		}
	}

	/** One request, of which some posts are judged, some pending, and the rest fails. */
	private void request(Instance instance, User user) {
		user.lock.readLock().lock();
		try {
			ThreadLocalRandom random = ThreadLocalRandom.current();
			long number = this.requests.incrementAndGet();
			List<String> names = IntStream.range(0, random.nextInt(1, 11)).mapToObj((i) -> number + "-" + i).toList();
			String key = (random.nextInt(3) == 0 && instance.hasRoomForKey(user)) ? "k" + number : null;
			Reservation reservation = get(instance.quotas.reserve(user.caller, names, key));
			this.granted.addAndGet(reservation.granted());
			this.grantedHere.addAndGet(reservation.local() ? reservation.granted() : 0);
			assertThat(reservation.granted()).isEqualTo(names.size());
			user.expected.addAndGet(names.size());
			int failed = (random.nextInt(2) == 0) ? random.nextInt(names.size() + 1) : 0;
			if (random.nextInt(4) == 0) {
				pending(instance, user, reservation, names, failed);
			}
			else if (failed > 0) {
				get(instance.quotas.giveBack(reservation, failed));
				user.expected.addAndGet(-failed);
			}
			else if (key != null) {
				// the client did not get the response and repeats the request
				assertThat(get(instance.quotas.reserve(user.caller, names, key)).granted()).isEqualTo(names.size());
			}
		}
		finally {
			user.lock.readLock().unlock();
		}
	}

	/**
	 * Posts were pending at the deadline; some fail later, the others are asked again.
	 */
	private void pending(Instance instance, User user, Reservation reservation, List<String> names, int failed) {
		instance.quotas.take(reservation, names).block();
		if (failed > 0) {
			instance.quotas.giveBackPending(reservation, failed, names.subList(0, failed)).block();
			user.expected.addAndGet(-failed);
		}
		List<String> again = names.subList(failed, names.size());
		if (!again.isEmpty()) {
			Reservation free = get(instance.quotas.reserve(user.caller, again, null));
			assertThat(free.granted()).isEqualTo(again.size());
			for (int i = 0; i < again.size(); i++) {
				assertThat(free.isCharged(i)).as("a pending post is charged once").isFalse();
			}
		}
	}

	/** An operator resets a user whose requests have ended. */
	private void reset(List<Instance> fleet, User user) {
		user.lock.writeLock().lock();
		try {
			for (Instance instance : fleet) {
				eventually("all of the user is told to Redis", () -> {
					instance.quotas.settle().block();
					return instance.quotas.isSettled(user.caller.userId());
				});
			}
			eventually("reset",
					() -> any(fleet).quotas.reset(user.caller.userId())
						.thenReturn(true)
						.onErrorReturn(false)
						.blockOptional()
						.orElseThrow());
			user.expected.set(0);
		}
		finally {
			user.lock.writeLock().unlock();
		}
		pause(300, 700);
	}

	private static void hiccup() {
		pause(200, 500);
		redis.hang();
		pause(100, 300);
		redis.resume();
	}

	/** This is what the test is about: how long Redis hangs and works. */
	private static void pause(int from, int to) {
		try {
			TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(from, to));
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void until(long end, Runnable work) {
		while (System.nanoTime() < end) {
			work.run();
		}
	}

	private long usedInRedis(User user) {
		String[] lines = redis.ask("HGET quota:{" + user.caller.userId() + "}:day n").split("\r\n");
		return (lines.length > 1) ? Long.parseLong(lines[1]) : 0;
	}

	private static <T> T any(List<T> list) {
		return list.get(ThreadLocalRandom.current().nextInt(list.size()));
	}

	private static <T> T get(reactor.core.publisher.Mono<T> mono) {
		return Objects.requireNonNull(mono.block());
	}

	private static final class User {

		private final Caller caller = QuotaFixtures.newUser(Tier.FREE);

		private final ReadWriteLock lock = new ReentrantReadWriteLock(true);

		private final AtomicLong expected = new AtomicLong();

	}

	/** A classifier, as far as quotas go. */
	private final class Instance implements AutoCloseable {

		private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

		private final Roles roles = Roles.of(redis, redis, this.meters);

		private final QuotaService quotas;

		private final Map<User, Integer> keys = new HashMap<>();

		Instance() {
			QuotaProperties properties = QuotaFixtures.properties(100_000_000, 100_000_000);
			Clock clock = Clock.fixed(Instant.ofEpochMilli(QuotaMixedRaceTest.this.time.millis()), ZoneOffset.UTC);
			this.quotas = new QuotaService(properties,
					new SharedQuota(this.roles.state(), properties, QuotaMixedRaceTest.this.time),
					new LocalQuota(1_000, properties.idempotency(), clock), QuotaArchive.NONE,
					new QuotaMetrics(this.meters));
		}

		/** Whether one more key of the user can be remembered if Redis is out. */
		synchronized boolean hasRoomForKey(User user) {
			if (this.quotas.isSettled(user.caller.userId())) {
				this.keys.remove(user);
			}
			return this.keys.merge(user, 1, Integer::sum) <= MOST_KEYS;
		}

		@Override
		public void close() {
			this.roles.close();
		}

	}

}
