package io.clearview.gateway.token;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import io.clearview.gateway.context.Tier;
import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import io.clearview.kit.durable.DurableUnavailableException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

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

	private final Tokens tokens;

	private final Revocations revocations;

	private final AccountArchive archive;

	private final Duration lifetime;

	private final Clock clock;

	Accounts(TokenStore store, Tokens tokens, Revocations revocations, AccountArchive archive,
			TokenProperties properties, Clock clock) {
		this.archive = archive;
		this.lifetime = properties.lifetime();
		this.clock = clock;
		this.store = store;
		this.tokens = tokens;
		this.revocations = revocations;
	}

	/** What is known of an account; empty when there is none. */
	public Mono<Details> find(String user) {
		return read(user).map(Details::of);
	}

	private Mono<AccountRecord> read(String user) {
		return this.store.read(user)
			.switchIfEmpty(
					Mono.defer(() -> this.archive.restoreForOperator(user).flatMap((_) -> this.store.read(user))))
			.onErrorMap(DurableUnavailableException.class, Accounts::unavailable);
	}

	/**
	 * Changes the tier; 1. Empty when there is no such account.
	 */
	public Mono<Integer> changeTier(String user, Tier tier) {
		return read(user).flatMap((account) -> this.archive.keepTier(account, tier)
			.onErrorMap(DurableUnavailableException.class, Accounts::unavailable)
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
		return read(user).map(Optional::of)
			.onErrorResume(ApiException.class, (_) -> Mono.empty())
			.defaultIfEmpty(Optional.empty())
			.flatMap((account) -> {
				Instant expires = account.map(AccountRecord::expires).orElse(latest);
				return this.archive.keepRevocation(user, account.orElse(null), expires)
					.onErrorMap(DurableUnavailableException.class, Accounts::unavailable)
					.then(Mono.defer(() -> this.store.revoke(user, expires)))
					.doOnNext((_) -> {
						this.revocations.add(user, expires);
						this.tokens.changed(user);
					});
			});
	}

	private static ApiException unavailable(DurableUnavailableException fault) {
		return new ApiException(ErrorCode.SERVICE_UNAVAILABLE, fault.getMessage() + "; nothing was changed",
				RETRY_AFTER);
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

		static Details of(AccountRecord account) {
			return new Details(account.user(), account.effectiveTier(), account.created(), account.origin(),
					List.of(new TokenDetails(account.user().substring(0, SHOWN_OF_AN_ID), account.created(),
							account.expires(), account.revoked())));
		}

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
