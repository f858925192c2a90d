package io.clearview.classifier.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.quota.Reservation.Bound;
import io.clearview.classifier.quota.SharedQuota.Settlement;
import io.clearview.classifier.redis.Roles;
import io.clearview.kit.durable.DurableMetrics;
import io.clearview.kit.durable.DurableSettings;
import io.clearview.kit.durable.DurableStore;
import io.clearview.kit.durable.GuardedStore;
import io.clearview.kit.durable.WriteBehind;
import io.clearview.kit.testing.MemoryDurableStore;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Counts that survive the loss of redis-state in the durable store. */
class QuotaRestorationTest {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final int DAILY = 40;

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	private final PinnedTime time = new PinnedTime("2026-11-23T12:00:00.000Z");

	private final QuotaProperties properties = QuotaFixtures.properties(DAILY, 1_000);

	private final MemoryDurableStore memory = new MemoryDurableStore();

	private final List<Instance> instances = new ArrayList<>();

	private Caller user;

	@BeforeEach
	void start() {
		redis.flush();
		this.user = QuotaFixtures.newUser(Tier.FREE);
	}

	@AfterEach
	void disconnect() {
		this.instances.forEach((instance) -> instance.roles.close());
	}

	@Test
	void grantsNoMoreThanTheDayLeavesAfterRedisLostItsData() {
		Instance one = new Instance("1");
		Instance two = new Instance("2");
		assertThat(one.reserve(20).granted()).isEqualTo(20);
		assertThat(two.reserve(10).granted()).isEqualTo(10);
		one.flush();
		two.flush();

		redis.flush();

		assertThat(one.usage()).isEqualTo(30);
		Reservation rest = two.reserve(30);
		assertThat(rest.granted()).isEqualTo(10);
		assertThat(rest.bound()).isEqualTo(Bound.DAY);
		assertThat(rest.usage().daily()).isEqualTo(DAILY);
		assertThat(rest.local()).isFalse();
	}

	@Test
	void requestsAtTheSameTimeOnTwoInstancesShareWhatIsLeft() {
		Instance one = new Instance("1");
		Instance two = new Instance("2");
		one.reserve(30);
		one.flush();
		for (int loss = 0; loss < 3; loss++) {
			redis.flush();
			int before = this.memory.reads.size();
			Integer granted = Flux.range(0, 100)
				.flatMap((i) -> ((i % 2 == 0) ? one : two).quotas.reserve(this.user, 1, null)
					.subscribeOn(Schedulers.boundedElastic()), 100)
				.map(Reservation::granted)
				.reduce(0, Integer::sum)
				.block(LIMIT);
			assertThat(granted).isEqualTo((loss == 0) ? 10 : 0);
			assertThat(this.memory.reads.size() - before).as("reads of the store").isBetween(1, 20);
			one.flush();
			two.flush();
		}
	}

	@Test
	void losesAtMostWhatWasNotWrittenYet() {
		Instance one = new Instance("1");
		one.reserve(20);
		one.flush();
		one.reserve(15);

		redis.flush();

		assertThat(one.reserve(DAILY).granted()).isEqualTo(20);
	}

	@Test
	void aStoreThatFailsRejectsNobodyAndItsCountsAreAddedLater() {
		Instance one = new Instance("1");
		one.reserve(30);
		one.flush();
		redis.flush();
		this.memory.fail();

		assertThat(one.reserve(5).granted()).isEqualTo(5);
		assertThat(one.usage()).isEqualTo(5);

		this.memory.mend();
		assertThat(one.usage()).isEqualTo(35);
		assertThat(one.reserve(10).granted()).isEqualTo(5);
	}

	@Test
	void aCountWithoutWhatWasLostIsNotWritten() {
		Instance one = new Instance("1");
		one.reserve(30);
		one.flush();
		redis.flush();
		this.memory.fail();
		one.reserve(5);
		this.memory.mend();
		one.flush();

		redis.flush();

		assertThat(one.usage()).isEqualTo(30);
	}

	@Test
	void readsTheStoreOnceAUserAndOnlyWhereRedisBeganToday() {
		Instance one = new Instance("1");
		one.reserve(1);
		one.reserve(1);
		one.usage();
		assertThat(this.memory.reads).hasSize(1);
		this.time.advance(Duration.ofDays(1));
		one.reserve(1);
		this.user = QuotaFixtures.newUser(Tier.FREE);
		one.reserve(1);
		assertThat(this.memory.reads).hasSize(1);
	}

	@Test
	void whatAnOperatorResetStaysReset() {
		Instance one = new Instance("1");
		one.reserve(30);
		one.flush();
		this.time.advance(Duration.ofSeconds(1));
		one.quotas.reset(this.user.userId()).block(LIMIT);
		one.flush();
		assertThat(one.usage()).isZero();
		this.time.advance(Duration.ofSeconds(1));
		one.reserve(7);
		one.flush();

		redis.flush();

		assertThat(one.usage()).isEqualTo(7);
	}

	/** As docs/operations.md has it for a redis-state that was loaded from a backup. */
	@Test
	void countsAreReadBackOnceAnOperatorRemovedTheMarksOfAnOldBackup() {
		Instance one = new Instance("1");
		one.reserve(10);
		redis.ask("COPY quota:{" + this.user.userId() + "}:day backup:{" + this.user.userId() + "}");
		one.reserve(20);
		one.flush();
		redis.ask("COPY backup:{" + this.user.userId() + "} quota:{" + this.user.userId() + "}:day REPLACE");
		assertThat(one.usage()).as("not noticed").isEqualTo(10);

		redis.ask("DEL quota:epoch");
		redis.ask("UNLINK quota:{" + this.user.userId() + "}:day");

		assertThat(one.usage()).isEqualTo(30);
		assertThat(one.reserve(DAILY).granted()).isEqualTo(DAILY - 30);
	}

	@Test
	void countsWhatAnInstanceAndTheStoreBothKnowOnce() {
		SharedQuota shared = new Instance("1").shared;
		Limits limits = this.properties.limits(Tier.FREE);
		String id = this.user.userId();
		long day = Math.floorDiv(this.time.millis(), Usage.DAY_MILLIS);

		shared.restore(id, day, 30).block(LIMIT);
		shared.restore(id, day, 30).block(LIMIT);
		assertThat(daily(shared, limits)).isEqualTo(30);
		shared.add(id, limits, new Settlement("a", day, 2, 2, 35)).block(LIMIT);
		assertThat(daily(shared, limits)).isEqualTo(37);
		shared.restore(id, day, 34).block(LIMIT);
		assertThat(daily(shared, limits)).isEqualTo(37);
		shared.restore(id, day - 1, 50).block(LIMIT);
		assertThat(daily(shared, limits)).as("of another day").isEqualTo(37);
	}

	private long daily(SharedQuota shared, Limits limits) {
		return Objects.requireNonNull(shared.read(this.user.userId(), limits).block(LIMIT)).daily();
	}

	/** A classifier, as far as quotas go. */
	private final class Instance {

		private final Roles roles = Roles.of(redis, redis, LIMIT, new SimpleMeterRegistry());

		private final WriteBehind writes = new WriteBehind(QuotaRestorationTest.this.memory, LIMIT, 1_000,
				Schedulers.parallel(), new DurableMetrics(new SimpleMeterRegistry()));

		private final SharedQuota shared = new SharedQuota(this.roles.state(), QuotaRestorationTest.this.properties,
				QuotaRestorationTest.this.time);

		private final QuotaService quotas;

		Instance(String name) {
			this.quotas = new QuotaService(QuotaRestorationTest.this.properties, this.shared,
					new LocalQuota(1_000, LIMIT, new SameTime(QuotaRestorationTest.this.time)),
					new DurableQuotas(guarded(QuotaRestorationTest.this.memory), this.writes, name),
					new QuotaMetrics(new SimpleMeterRegistry()));
			QuotaRestorationTest.this.instances.add(this);
		}

		private static GuardedStore guarded(DurableStore store) {
			return new GuardedStore(store, new DurableSettings(DurableSettings.Kind.FIRESTORE, "test", "(default)",
					null, null, LIMIT, LIMIT, LIMIT, LIMIT, 1_000, 1_000),
					new DurableMetrics(new SimpleMeterRegistry()));
		}

		Reservation reserve(int posts) {
			return Objects
				.requireNonNull(this.quotas.reserve(QuotaRestorationTest.this.user, posts, null).block(LIMIT));
		}

		long usage() {
			return Objects
				.requireNonNull(this.quotas.usage(QuotaRestorationTest.this.user.userId(), Tier.FREE).block(LIMIT))
				.daily();
		}

		void flush() {
			this.writes.flush().block(LIMIT);
		}

	}

	private static final class SameTime extends Clock {

		private final PinnedTime time;

		SameTime(PinnedTime time) {
			this.time = time;
		}

		@Override
		public ZoneOffset getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

		@Override
		public Instant instant() {
			return Instant.ofEpochMilli(this.time.millis());
		}

	}

}
