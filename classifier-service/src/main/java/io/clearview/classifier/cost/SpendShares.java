package io.clearview.classifier.cost;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.telemetry.Metrics;
import io.clearview.kit.redis.LuaScript;
import io.clearview.kit.redis.Redis;
import io.lettuce.core.ScriptOutputType;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Keeps one user or network from taking the day's model budget from the others: who has
 * spent its share is rejected as long as somebody else has spent something within the
 * last ten minutes. The counts are the fleet's, in redis-state, and are exchanged every
 * second, so that no request waits for them; a share is overrun by no more than what is
 * spent in that time. While redis-state is out, an instance grants a tenth of what was
 * left of a share, and takes it that others want theirs.
 *
 * <p>
 * Owns the keys {@code share:{<UTC day>}:*}. Memory is bounded: an instance knows
 * {@value #MOST} names, redis-state {@value #MOST_OF_FLEET}; of more those that spent
 * least are forgotten.
 */
public final class SpendShares {

	private static final Logger log = LoggerFactory.getLogger(SpendShares.class);

	private static final LuaScript SPEND = LuaScript.load("lua/share/spend.lua", ScriptOutputType.MULTI);

	/** Names that an instance knows. */
	private static final int MOST = 20_000;

	/** Names that redis-state keeps of a day. */
	private static final int MOST_OF_FLEET = 100_000;

	/** In one script, which takes Redis about a millisecond. */
	private static final int MOST_AT_ONCE = 1_000;

	private static final int MOST_SCRIPTS = MOST / MOST_AT_ONCE;

	private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

	private static final long WANTED_MILLIS = Duration.ofMinutes(10).toMillis();

	private static final int LOCAL_SHARE = 10;

	private static final double PERCENT = 100;

	private final long budgetNanos;

	private final ShareProperties shares;

	private final Redis redis;

	private final Clock clock;

	private final Supplier<String> pinned;

	private final Counter ofNetworks;

	private final Counter ofUsers;

	private final Cache<Spender, Spent> spenders = Caffeine.newBuilder()
		.executor(Runnable::run)
		.maximumSize(MOST)
		.build();

	/** Those whose counts are to be exchanged. */
	private final Set<Spender> touched = ConcurrentHashMap.newKeySet();

	private final AtomicLong day = new AtomicLong();

	private final AtomicLong loggedOn = new AtomicLong();

	/** Null while redis-state is unavailable. A single lost exchange changes nothing. */
	private volatile @Nullable Latest latest = new Latest(List.of());

	/**
	 * Shares that are all unspent.
	 * @param budgetNanos of the day, in billionths of a US dollar; 0 if there is none,
	 * and then nobody is rejected
	 * @param pinned the time in milliseconds for tests, or an empty string for Redis's
	 * own
	 */
	SpendShares(long budgetNanos, ShareProperties shares, Redis redis, Clock clock, Supplier<String> pinned,
			MeterRegistry meters) {
		this.budgetNanos = budgetNanos;
		this.shares = shares;
		this.redis = redis;
		this.clock = clock;
		this.pinned = pinned;
		this.ofNetworks = refused(Kind.NETWORK, meters);
		this.ofUsers = refused(Kind.USER, meters);
	}

	private static Counter refused(Kind kind, MeterRegistry meters) {
		return Counter.builder(Metrics.SHARE_REFUSED).tag("of", kind.label).register(meters);
	}

	/** Whether there is a budget of which there are shares. */
	public boolean isOn() {
		return this.budgetNanos > 0;
	}

	/** Whether a caller, or its network, has spent its share while others want theirs. */
	public boolean isOver(Caller caller) {
		return over(caller) != null;
	}

	/** Counts posts that were not judged because of that. */
	public void refused(Caller caller, int posts) {
		Kind kind = over(caller);
		if (kind == null) {
			return;
		}
		((kind == Kind.NETWORK) ? this.ofNetworks : this.ofUsers).increment(posts);
		long today = today();
		if (this.loggedOn.getAndSet(today) != today) {
			log.warn("A {} has spent its share of today's model budget; its posts that are not cached are shown "
					+ "unjudged while others use the model. Further ones are not logged today", kind.label);
		}
	}

	private @Nullable Kind over(Caller caller) {
		if (!isOn()) {
			return null;
		}
		String network = caller.network();
		if (network != null && isOver(new Spender(Kind.NETWORK, network))) {
			return Kind.NETWORK;
		}
		return isOver(new Spender(Kind.USER, caller.userId())) ? Kind.USER : null;
	}

	private boolean isOver(Spender spender) {
		Spent spent = spent(spender);
		Latest known = this.latest;
		double share = this.budgetNanos * percent(spender.kind()) / PERCENT;
		if (known == null) {
			long fleet = spent.fleet.get();
			return spent.own.get() + spent.inFlight.get() >= (share - fleet) / LOCAL_SHARE;
		}
		return spent.fleet.get() + spent.own.get() + spent.inFlight.get() >= share
				&& known.othersThan(spender, this.clock.millis() - WANTED_MILLIS);
	}

	private double percent(Kind kind) {
		return (kind == Kind.NETWORK) ? this.shares.networkPercent() : this.shares.userPercent();
	}

	/**
	 * A call to the model is begun for a caller.
	 * @param nanos what it may cost, in billionths of a US dollar
	 */
	public void begun(Caller caller, long nanos) {
		spenders(caller).forEach((spender) -> spent(spender).inFlight.addAndGet(nanos));
	}

	/** That call has ended; what it cost is told to {@link #spent}. */
	public void ended(Caller caller, long nanos) {
		spenders(caller).forEach((spender) -> spent(spender).inFlight.updateAndGet((now) -> Math.max(0, now - nanos)));
	}

	/** A caller's post has cost something. */
	public void spent(Caller caller, long nanos) {
		if (nanos > 0) {
			spenders(caller).forEach((spender) -> {
				known(spender).own.addAndGet(nanos);
				touch(spender);
			});
		}
	}

	private List<Spender> spenders(Caller caller) {
		if (!isOn()) {
			return List.of();
		}
		Spender user = new Spender(Kind.USER, caller.userId());
		String network = caller.network();
		return (network != null) ? List.of(new Spender(Kind.NETWORK, network), user) : List.of(user);
	}

	private Spent spent(Spender spender) {
		touch(spender);
		return known(spender);
	}

	private void touch(Spender spender) {
		if (this.touched.size() < MOST) {
			this.touched.add(spender);
		}
	}

	private Spent known(Spender spender) {
		long today = today();
		if (this.day.getAndSet(today) != today) {
			this.spenders.invalidateAll();
		}
		return this.spenders.get(spender, (_) -> new Spent());
	}

	private long today() {
		return Math.floorDiv(this.clock.millis(), DAY_MILLIS);
	}

	/**
	 * Tells redis-state what was spent here and learns what the fleet has spent. Never
	 * errors.
	 */
	Mono<Void> exchange() {
		return exchange(MOST_SCRIPTS);
	}

	private Mono<Void> exchange(int scripts) {
		return Mono.defer(() -> {
			if (!isOn()) {
				return Mono.empty();
			}
			List<Spender> spenders = this.touched.stream().limit(MOST_AT_ONCE).toList();
			spenders.forEach(this.touched::remove);
			List<Spent> spents = new ArrayList<>(spenders.size());
			List<Long> told = new ArrayList<>(spenders.size());
			List<String> args = new ArrayList<>(2 * spenders.size() + 3);
			args.addAll(List.of(this.pinned.get(), Integer.toString(MOST_OF_FLEET), Long.toString(2 * DAY_MILLIS)));
			long today = today();
			for (Spender spender : spenders) {
				Spent spent = known(spender);
				spents.add(spent);
				told.add(spent.own.get());
				args.add(spender.toString());
				args.add(Long.toString(told.getLast()));
			}
			return this.redis
				.<List<String>>run(SPEND, List.of("share:{" + today + "}:spent", "share:{" + today + "}:latest"),
						args.toArray(String[]::new))
				.doOnNext((reply) -> learn(reply, spents, told))
				.doOnError((_) -> this.touched.addAll(spenders))
				.then(Mono.defer(() -> (scripts > 1 && !this.touched.isEmpty()) ? exchange(scripts - 1) : Mono.empty()))
				.onErrorComplete();
		});
	}

	private void learn(List<String> reply, List<Spent> spents, List<Long> told) {
		for (int i = 0; i < spents.size(); i++) {
			Spent spent = spents.get(i);
			// redis-state forgets those that spent least, this instance does not
			spent.fleet.set(Math.max((long) Double.parseDouble(reply.get(i)),
					(told.get(i) > 0) ? spent.fleet.get() + told.get(i) : 0));
			spent.own.addAndGet(-told.get(i));
		}
		this.latest = Latest.read(reply.subList(spents.size(), reply.size()), this.clock.millis());
	}

	/** redis-state is out: the shares are this instance's own. */
	void withoutRedis() {
		this.latest = null;
	}

	private enum Kind {

		NETWORK("network"), USER("user");

		private final String label;

		Kind(String label) {
			this.label = label;
		}

	}

	/** A network or a user; its text is the name in Redis. */
	private record Spender(Kind kind, String name) {

		@Override
		public String toString() {
			return this.kind.label.charAt(0) + ":" + this.name;
		}

	}

	/** In billionths of a US dollar, on one day. */
	private static final class Spent {

		/** By the fleet, as far as redis-state was told. */
		private final AtomicLong fleet = new AtomicLong();

		/** By this instance, of which redis-state was not told. */
		private final AtomicLong own = new AtomicLong();

		/** What calls that have not ended may cost. */
		private final AtomicLong inFlight = new AtomicLong();

	}

	/**
	 * The two networks and the two users that spent last in the fleet, so that it is
	 * known of each whether another did.
	 */
	private record Latest(List<Spending> spendings) {

		private static final int FIELDS = 2;

		/** Reads names and how many ms ago they spent. */
		static Latest read(List<String> fields, long now) {
			List<Spending> spendings = new ArrayList<>();
			for (int i = 0; i + 1 < fields.size(); i += FIELDS) {
				spendings.add(new Spending(fields.get(i), now - Long.parseLong(fields.get(i + 1))));
			}
			return new Latest(spendings);
		}

		boolean othersThan(Spender spender, long since) {
			String name = spender.toString();
			return this.spendings.stream()
				.anyMatch((one) -> one.at() > since && one.name().charAt(0) == name.charAt(0)
						&& !one.name().equals(name));
		}

	}

	private record Spending(String name, long at) {
	}

}
