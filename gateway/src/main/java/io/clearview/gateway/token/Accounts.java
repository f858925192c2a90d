package io.clearview.gateway.token;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.clearview.gateway.context.Tier;
import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import io.clearview.kit.redis.RedisGuard;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;

/**
 * What operators may see of accounts, and change. Every method errors with
 * {@link io.clearview.kit.redis.RedisUnavailableException} while Redis is unavailable.
 */
@Component
public final class Accounts {

	private static final int SHOWN_OF_AN_ID = 12;

	/**
	 * A token is valid to the end of its last day, and may be issued by a clock that is a
	 * day ahead.
	 */
	private static final Duration CLOCKS_DIFFER = Duration.ofDays(2);

	private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

	private final TokenStore store;

	private final ReactiveStringRedisTemplate redis;

	private final RedisGuard guard;

	private final Tokens tokens;

	private final Revocations revocations;

	private final AccountArchive archive;

	private final Duration lifetime;

	private final Clock clock;

	Accounts(TokenStore store, Tokens tokens, Revocations revocations, AccountArchive archive,
			ReactiveStringRedisTemplate redis, RedisGuard guard, TokenProperties properties, Clock clock) {
		this.archive = archive;
		this.lifetime = properties.lifetime();
		this.clock = clock;
		this.store = store;
		this.tokens = tokens;
		this.revocations = revocations;
		this.redis = redis;
		this.guard = guard;
	}

	/** What is known of an account; empty when there is none. */
	public Mono<Details> find(String user) {
		return inRedis(user)
			.switchIfEmpty(Mono.defer(() -> this.archive.restoreForOperator(user).flatMap((_) -> inRedis(user))))
			.onErrorMap(AccountArchive.UnreachableException.class, Accounts::unavailable);
	}

	private Mono<Details> inRedis(String user) {
		return fields(TokenStore.accountKey(user)).filter((account) -> account.containsKey("expires"))
			.map((account) -> new Details(user, account.getOrDefault("tier", "free"), time(account.get("created")),
					account.getOrDefault("origin", ""),
					List.of(new TokenDetails(user.substring(0, SHOWN_OF_AN_ID), time(account.get("created")),
							time(account.get("expires")), time(account.get("revoked"))))));
	}

	/**
	 * Changes the tier; 1. Empty when there is no such account.
	 */
	public Mono<Integer> changeTier(String user, Tier tier) {
		return find(user).flatMap((account) -> this.archive.keepTier(account, tier)
			.onErrorMap(AccountArchive.UnreachableException.class, Accounts::unavailable)
			.then(Mono.defer(() -> this.store.changeTier(user, tier))));
	}

	/**
	 * Revokes the account's token: 1, or 0 when it was revoked before. The account need
	 * not have been opened: a token that was issued and never used is valid, too. Whether
	 * the ID belongs to any token cannot be known; it is kept for as long as a token
	 * issued now is valid.
	 */
	public Mono<Integer> revokeTokens(String user) {
		Instant latest = this.clock.instant().plus(this.lifetime).plus(CLOCKS_DIFFER);
		return find(user).map(Optional::of)
			.onErrorResume(ApiException.class, (_) -> Mono.empty())
			.defaultIfEmpty(Optional.empty())
			.flatMap((account) -> {
				Instant expires = account.map((details) -> details.tokens().getFirst().expires()).orElse(latest);
				return this.archive.keepRevocation(user, account.orElse(null), expires)
					.onErrorMap(AccountArchive.UnreachableException.class, Accounts::unavailable)
					.then(Mono.defer(() -> this.store.revoke(user, expires)))
					.doOnNext((_) -> {
						this.revocations.add(user, expires);
						this.tokens.changed(user);
					});
			});
	}

	private Mono<Map<String, String>> fields(String key) {
		return this.guard.run(this.redis.<String, String>opsForHash()
			.entries(key)
			.collectMap(Map.Entry::getKey, Map.Entry::getValue));
	}

	private static ApiException unavailable(AccountArchive.UnreachableException fault) {
		return new ApiException(ErrorCode.SERVICE_UNAVAILABLE, fault.getMessage() + "; nothing was changed",
				RETRY_AFTER);
	}

	private static @Nullable Instant time(@Nullable String millis) {
		return (millis != null) ? Instant.ofEpochMilli(Long.parseLong(millis)) : null;
	}

	/**
	 * An account.
	 *
	 * @param user its ID
	 * @param tier what it is entitled to
	 * @param created when it was opened, by its first request
	 * @param origin how: issued or adopted
	 * @param tokens its token
	 */
	public record Details(String user, String tier, @Nullable Instant created, String origin,
			List<TokenDetails> tokens) {
	}

	/**
	 * A token.
	 *
	 * @param id the start of its account's ID; enough to tell it from others, useless as
	 * a token
	 * @param created when it was first used
	 * @param expires when it ends
	 * @param revoked when it was revoked; null when it was not
	 */
	public record TokenDetails(String id, @Nullable Instant created, @Nullable Instant expires,
			@Nullable Instant revoked) {
	}

}
