package io.clearview.gateway.token;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.clearview.gateway.redis.PreparedScript;
import io.clearview.kit.redis.RedisGuard;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;

/**
 * Tokens and accounts in redis-state. The only writer of {@code token:}, {@code account:}
 * and {@code device:} keys, and of the channel that tells the fleet of changes. Each step
 * is one script on keys of one slot; the steps of one operation are in such an order, and
 * each can be repeated, that stopping between them hurts nobody.
 * <p>
 * Every method errors with {@link io.clearview.kit.redis.RedisUnavailableException} while
 * Redis is out.
 */
@Component
final class TokenStore {

	/** Carries the SHA-256 of each token that was revoked or whose tier changed. */
	static final String CHANGES = "tokens-changed";

	private static final Duration USE_NOTED_EVERY = Duration.ofHours(1);

	private static final RedisScript<List<?>> LOOKUP = script("token_lookup");

	private static final RedisScript<List<?>> CREATE = script("token_create");

	private static final RedisScript<List<?>> TIER_OF_ACCOUNT = script("account_tier");

	private static final RedisScript<String> OPEN_ACCOUNT = script("account_open", String.class);

	private static final RedisScript<Long> TIER_OF_TOKEN = script("token_tier", Long.class);

	private static final RedisScript<Long> REVOKE = script("token_revoke", Long.class);

	private static final RedisScript<Long> TAKE_DEVICE = script("device_take", Long.class);

	private final ReactiveStringRedisTemplate redis;

	private final RedisGuard guard;

	TokenStore(ReactiveStringRedisTemplate redis, RedisGuard guard) {
		this.redis = redis;
		this.guard = guard;
	}

	/**
	 * What is known of a token; empty when it is unknown.
	 * @param inHaste whether there is another way if Redis takes long
	 */
	Mono<Entry> find(String sha, boolean inHaste) {
		Mono<List<?>> lookup = execute(LOOKUP, List.of(tokenKey(sha)), List.of(millis(USE_NOTED_EVERY)));
		return (inHaste ? this.guard.run(lookup) : this.guard.runWithLongTimeout(lookup))
			.flatMap((fields) -> fields.isEmpty() ? Mono.empty() : Mono.just(Entry.of(fields, 0)));
	}

	/**
	 * Opens the token's account, then makes the token valid. A token that exists stays as
	 * it is, so this may be repeated.
	 */
	Mono<Entry> create(Credentials.Token token, Tier tier, String origin, Duration lifetime) {
		List<String> account = List.of(accountKey(token.user()), tokensKey(token.user()));
		return run(OPEN_ACCOUNT, account, List.of(tier.label(), origin, token.sha(), millis(lifetime)))
			.flatMap((granted) -> run(CREATE, List.of(tokenKey(token.sha())),
					List.of(token.user(), granted, millis(lifetime))))
			.map((fields) -> Entry.of(fields, 1));
	}

	/** Counts an account against a device; false when it has had its share today. */
	Mono<Boolean> takeFromDevice(String device, int limit, Duration keep) {
		return run(TAKE_DEVICE, List.of("device:{" + device + "}"), List.of(Integer.toString(limit), millis(keep)))
			.map((taken) -> taken == 1);
	}

	/** Changes the tier of an account and all its tokens; empty when there is none. */
	Mono<Integer> changeTier(String user, Tier tier) {
		return run(TIER_OF_ACCOUNT, List.of(accountKey(user), tokensKey(user)), List.of(tier.label()))
			.filter((answer) -> !answer.isEmpty())
			.flatMap((answer) -> Flux.fromIterable(answer.subList(1, answer.size()))
				.map(String::valueOf)
				.concatMap((sha) -> run(TIER_OF_TOKEN, List.of(tokenKey(sha)), List.of(tier.label(), sha, CHANGES)))
				.reduce(0, (sum, changed) -> sum + changed.intValue()));
	}

	/** Revokes all tokens of an account; how many were valid. */
	Mono<Integer> revokeAll(String user) {
		return this.guard.runWithLongTimeout(this.redis.opsForSet().members(tokensKey(user)).collectList())
			.flatMapIterable((tokens) -> tokens)
			.concatMap((sha) -> run(REVOKE, List.of(tokenKey(sha)), List.of(sha, CHANGES)))
			.reduce(0, (sum, revoked) -> sum + revoked.intValue());
	}

	private <T> Mono<T> run(RedisScript<T> script, List<String> keys, List<String> arguments) {
		return this.guard.runWithLongTimeout(execute(script, keys, arguments));
	}

	private <T> Mono<T> execute(RedisScript<T> script, List<String> keys, List<String> arguments) {
		return this.redis.execute(script, keys, arguments).next();
	}

	static String tokenKey(String sha) {
		return "token:{" + sha + "}";
	}

	static String accountKey(String user) {
		return "account:{" + user + "}";
	}

	static String tokensKey(String user) {
		return "account:{" + user + "}:tokens";
	}

	private static String millis(Duration duration) {
		return Long.toString(duration.toMillis());
	}

	@SuppressWarnings({ "unchecked", "rawtypes" })
	private static RedisScript<List<?>> script(String name) {
		return (RedisScript) script(name, List.class);
	}

	private static <T> RedisScript<T> script(String name, Class<T> result) {
		return PreparedScript.read("lua/" + name + ".lua", result);
	}

	/**
	 * A token as it is stored.
	 *
	 * @param account whose it is
	 * @param expires when it ends
	 * @param revoked whether it was revoked
	 */
	record Entry(Account account, Instant expires, boolean revoked) {

		private static Entry of(List<?> fields, int from) {
			String user = String.valueOf(fields.get(from));
			Tier tier = Tier.of(String.valueOf(fields.get(from + 1))).orElse(Tier.FREE);
			long expires = Long.parseLong(String.valueOf(fields.get(from + 2)));
			boolean revoked = !String.valueOf(fields.get(from + 3)).isEmpty();
			return new Entry(new Account(user, tier), Instant.ofEpochMilli(expires), revoked);
		}

	}

}
