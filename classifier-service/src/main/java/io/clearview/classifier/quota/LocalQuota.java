package io.clearview.classifier.quota;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import org.jspecify.annotations.Nullable;

/**
 * Counts of this instance for when redis-state is out. Bounded: of users beyond the bound
 * those seen longest ago are forgotten; one for whom much is owed counts as several.
 */
final class LocalQuota {

	private static final Duration REMEMBERED = Duration.ofHours(24);

	private static final int MOST_TAKEN = 100_000;

	private static final int MOST_PAID = 100_000;

	/** So many refunds or payments take the memory of an account without any. */
	private static final int OWED_IN_ACCOUNT = 2;

	private final Clock clock;

	private final Cache<String, Usage> last;

	private final Cache<String, LocalAccount> accounts;

	/** The ms until which a post of a user is charged and pending. */
	private final Cache<Taken, Long> taken;

	private final Cache<PaidKey, Paid> paid;

	private final Duration idempotency;

	private final int mostOwed;

	private final LongAdder uncounted = new LongAdder();

	private volatile String epoch = "";

	/**
	 * Empty counts.
	 * @param users of how many users they are kept
	 * @param idempotency how long an idempotency key is remembered
	 */
	LocalQuota(int users, Duration idempotency, Clock clock) {
		this(users, idempotency, clock, LocalAccount.MOST_OWED);
	}

	/**
	 * Empty counts.
	 * @param mostOwed refunds, and payments, that Redis can be owed for one user
	 */
	LocalQuota(int users, Duration idempotency, Clock clock, int mostOwed) {
		this.mostOwed = mostOwed;
		this.clock = clock;
		this.idempotency = idempotency;
		this.last = Caffeine.newBuilder()
			.executor(Runnable::run)
			.maximumSize(users)
			.expireAfterWrite(REMEMBERED)
			.build();
		this.accounts = Caffeine.newBuilder()
			.executor(Runnable::run)
			.evictionListener((@Nullable String _, @Nullable LocalAccount account, RemovalCause _) -> {
				if (account != null) {
					uncounted(account.atStake());
				}
			})
			.maximumWeight(Math.max(users, 2L * mostOwed))
			.weigher((String _, LocalAccount account) -> 1 + account.size() / OWED_IN_ACCOUNT)
			.expireAfterAccess(REMEMBERED)
			.build();
		this.taken = Caffeine.newBuilder()
			.executor(Runnable::run)
			.maximumSize(MOST_TAKEN)
			.expireAfterWrite(SharedQuota.TAKEN)
			.build();
		this.paid = Caffeine.newBuilder()
			.executor(Runnable::run)
			.maximumSize(MOST_PAID)
			.expireAfterWrite(idempotency)
			.build();
	}

	/** The life of Redis's data that numbers are from; empty until it is known. */
	String epoch() {
		return this.epoch;
	}

	/** When a life of Redis's data began, in ms; 0 if its name does not say so. */
	static long began(String epoch) {
		int at = epoch.lastIndexOf('@');
		return (at >= 0) ? Long.parseLong(epoch, at + 1, epoch.length(), 10) : 0;
	}

	void learn(String epoch) {
		this.epoch = epoch;
	}

	/** Remembers what Redis says of a user. */
	void learn(String userId, Usage usage) {
		this.last.put(userId, usage);
	}

	void forget(String userId) {
		this.last.invalidate(userId);
		this.accounts.invalidate(userId);
		this.taken.asMap().keySet().removeIf((one) -> one.userId().equals(userId));
	}

	/** Remembers posts that are charged and still being judged. */
	void take(String userId, List<String> names) {
		Long until = this.clock.millis() + SharedQuota.TAKEN.toMillis();
		names.forEach((name) -> this.taken.put(new Taken(userId, name), until));
	}

	/** Forgets such posts, because they were not judged. */
	void drop(String userId, List<String> names) {
		names.forEach((name) -> this.taken.invalidate(new Taken(userId, name)));
	}

	/** Whether a post is charged already and was taken on within the last ten minutes. */
	boolean isTaken(String userId, String name) {
		Long until = this.taken.getIfPresent(new Taken(userId, name));
		return until != null && until > this.clock.millis();
	}

	/**
	 * Remembers that the first posts of a request are paid, from the first time on for as
	 * long as an idempotency key is remembered.
	 * @return when that ends, in ms since 1970
	 */
	long pay(String userId, String idempotencyKey, int posts) {
		long now = this.clock.millis();
		return Objects.requireNonNull(this.paid.asMap()
			.merge(new PaidKey(userId, idempotencyKey), new Paid(posts, now + this.idempotency.toMillis()),
					(before, added) -> (before.until() <= now) ? added
							: new Paid(Math.max(before.posts(), added.posts()), before.until())))
			.until();
	}

	/** Posts that were paid under an idempotency key were given back. */
	void unpay(String userId, String idempotencyKey, int posts) {
		this.paid.asMap()
			.computeIfPresent(new PaidKey(userId, idempotencyKey),
					(_, before) -> new Paid(Math.max(0, before.posts() - posts), before.until()));
	}

	/** How many posts are paid under an idempotency key, as far as is known here. */
	int paid(String userId, String idempotencyKey) {
		Paid paid = this.paid.getIfPresent(new PaidKey(userId, idempotencyKey));
		return (paid != null && paid.until() > this.clock.millis()) ? paid.posts() : 0;
	}

	/**
	 * The account of a user for whom Redis must be told something. Null for all others.
	 */
	@Nullable LocalAccount owing(String userId) {
		return this.accounts.getIfPresent(userId);
	}

	/** Every user for whom Redis must be told something. */
	Set<String> owing() {
		return Set.copyOf(this.accounts.asMap().keySet());
	}

	/** Posts that Redis does not count yet. */
	long owed() {
		return this.accounts.asMap().values().stream().mapToLong(LocalAccount::owed).sum();
	}

	/** Posts that Redis will never count rightly. */
	long uncounted() {
		return this.uncounted.sum();
	}

	/** Notes that posts could not be remembered. */
	void uncounted(long posts) {
		this.uncounted.add(posts);
	}

	/** Works on a user's account, which begins with what Redis said last. */
	<T> T with(String userId, Function<LocalAccount, T> work) {
		// inside compute, so that an account is not closed under the work
		var result = new Object() {
			@Nullable T value;

		};
		this.accounts.asMap().compute(userId, (_, account) -> {
			LocalAccount open = (account != null) ? account
					: new LocalAccount(this.last.getIfPresent(userId), this.epoch, this.clock.millis(), this.mostOwed);
			result.value = work.apply(open);
			return open;
		});
		return Objects.requireNonNull(result.value);
	}

	/** Drops the account of a user once Redis knows all of it. */
	void close(String userId) {
		this.accounts.asMap().computeIfPresent(userId, (_, account) -> account.isSettled() ? null : account);
	}

	/** What is known of a user's usage without Redis. */
	Usage usage(String userId, Limits limits) {
		LocalAccount account = this.accounts.getIfPresent(userId);
		long now = this.clock.millis();
		if (account == null) {
			account = new LocalAccount(this.last.getIfPresent(userId), this.epoch, now);
		}
		return account.usage(limits, now);
	}

	long now() {
		return this.clock.millis();
	}

	private record Taken(String userId, String name) {
	}

	private record PaidKey(String userId, String idempotencyKey) {
	}

	private record Paid(int posts, long until) {
	}

}
