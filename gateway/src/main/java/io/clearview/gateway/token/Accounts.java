package io.clearview.gateway.token;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.clearview.kit.redis.RedisGuard;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;

/**
 * What operators may see of accounts, and change. Every method errors with
 * {@link io.clearview.kit.redis.RedisUnavailableException} while Redis is out.
 */
@Component
public final class Accounts {

	private static final int SHOWN_OF_A_HASH = 12;

	private final TokenStore store;

	private final ReactiveStringRedisTemplate redis;

	private final RedisGuard guard;

	Accounts(TokenStore store, ReactiveStringRedisTemplate redis, RedisGuard guard) {
		this.store = store;
		this.redis = redis;
		this.guard = guard;
	}

	/** What is known of an account; empty when there is none. */
	public Mono<Details> find(String user) {
		return fields(TokenStore.accountKey(user)).filter((account) -> !account.isEmpty())
			.flatMap((account) -> tokens(user).map((tokens) -> new Details(user, account.getOrDefault("tier", "free"),
					time(account.get("created")), account.getOrDefault("origin", ""), tokens)));
	}

	/**
	 * Changes the tier; how many tokens carry it. Empty when there is no such account.
	 */
	public Mono<Integer> changeTier(String user, Tier tier) {
		return this.store.changeTier(user, tier);
	}

	/** Revokes all tokens; how many were valid. */
	public Mono<Integer> revokeTokens(String user) {
		return this.store.revokeAll(user);
	}

	private Mono<List<TokenDetails>> tokens(String user) {
		return this.guard.run(this.redis.opsForSet().members(TokenStore.tokensKey(user)).collectList())
			.flatMapMany(Flux::fromIterable)
			.concatMap((sha) -> fields(TokenStore.tokenKey(sha)).filter((token) -> !token.isEmpty())
				.map((token) -> new TokenDetails(sha.substring(0, Math.min(sha.length(), SHOWN_OF_A_HASH)),
						time(token.get("created")), time(token.get("expires")), time(token.get("used")),
						time(token.get("revoked")))))
			.collectList();
	}

	private Mono<Map<String, String>> fields(String key) {
		return this.guard.run(this.redis.<String, String>opsForHash()
			.entries(key)
			.collectMap(Map.Entry::getKey, Map.Entry::getValue));
	}

	private static @Nullable Instant time(@Nullable String millis) {
		return (millis != null) ? Instant.ofEpochMilli(Long.parseLong(millis)) : null;
	}

	/**
	 * An account.
	 *
	 * @param user its ID
	 * @param tier what it is entitled to
	 * @param created when it was opened
	 * @param origin how: issued or adopted
	 * @param tokens all its tokens that have not expired
	 */
	public record Details(String user, String tier, @Nullable Instant created, String origin,
			List<TokenDetails> tokens) {
	}

	/**
	 * A token.
	 *
	 * @param id the start of its hash; enough to tell it from others, useless as a token
	 * @param created when it was made
	 * @param expires when it ends
	 * @param used when it was last used, to the hour
	 * @param revoked when it was revoked; null when it was not
	 */
	public record TokenDetails(String id, @Nullable Instant created, @Nullable Instant expires, @Nullable Instant used,
			@Nullable Instant revoked) {
	}

}
