package io.clearview.classifier.quota;

import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

/**
 * Counts of this instance for when redis-state is out. Bounded: of users beyond the bound
 * those seen longest ago are forgotten.
 */
final class LocalQuota {

	private static final Duration REMEMBERED = Duration.ofHours(24);

	private final Clock clock;

	private final Cache<String, Usage> last;

	private final Cache<String, LocalAccount> accounts;

	private volatile String epoch = "";

	LocalQuota(int users, Clock clock) {
		this.clock = clock;
		this.last = Caffeine.newBuilder()
			.executor(Runnable::run)
			.maximumSize(users)
			.expireAfterWrite(REMEMBERED)
			.build();
		this.accounts = Caffeine.newBuilder()
			.executor(Runnable::run)
			.maximumSize(users)
			.expireAfterAccess(REMEMBERED)
			.build();
	}

	/** The life of Redis's data that numbers are from; empty until it is known. */
	String epoch() {
		return this.epoch;
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

	/** Works on a user's account, which begins with what Redis said last. */
	<T> T with(String userId, Function<LocalAccount, T> work) {
		// inside compute, so that an account is not closed under the work
		var result = new Object() {
			@Nullable T value;

		};
		this.accounts.asMap().compute(userId, (_, account) -> {
			LocalAccount open = (account != null) ? account
					: new LocalAccount(this.last.getIfPresent(userId), this.epoch, this.clock.millis());
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

}
