package io.clearview.gateway.token;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

import io.clearview.gateway.context.Account;
import io.clearview.gateway.context.Tier;
import io.clearview.gateway.redis.PreparedScript;
import io.clearview.gateway.token.Revocations.Revocation;
import io.clearview.gateway.token.SignUpProperties.Bucket;
import io.clearview.kit.redis.Redis;
import io.clearview.kit.redis.RedisGuard;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.data.domain.Range;
import org.springframework.data.redis.core.ReactiveHashOperations;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;

/**
 * Accounts, revocations, the filter of adopted tokens and the buckets of sign-ups in
 * redis-state: the only writer of these keys, and of the channel that tells the fleet of
 * changes. Each step is one script on keys of one slot, and can be repeated; the steps of
 * one operation are in such an order that stopping between them hurts nobody.
 * <p>
 * Every method errors with {@link io.clearview.kit.redis.RedisUnavailableException} while
 * Redis is unavailable.
 */
@Component
final class TokenStore {

	/**
	 * Carries {@code <version> <version before> <kind> <user> <expires>}. Kinds are
	 * revoked, tier and adopted; only a revocation expires (ms), for others it is 0.
	 */
	static final String CHANGES = "tokens-changed";

	static final String ADOPTED = "adopted";

	private static final Logger log = LoggerFactory.getLogger(TokenStore.class);

	private static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(1);

	private static final Duration ADOPTING = Duration.ofSeconds(10);

	private static final int PAGE = 10_000;

	/** Revocations written in one step. */
	private static final int WRITTEN_AT_ONCE = 500;

	private static final String ACCOUNTS = "account:{*}";

	private static final int SCANNED_AT_ONCE = 300;

	private static final String REVOCATIONS = "revocations:{tokens}";

	private static final String FILTER = "adopted:{tokens}";

	private static final String RESTORING = "restoring:{tokens}";

	private static final String SINCE = "since";

	private static final Duration LONGEST_RESTORATION = Duration.ofMinutes(1);

	private static final Duration NEXT_RESTORATION = Duration.ofSeconds(10);

	private static final String VERSIONS = "token-versions:{tokens}";

	private static final RedisScript<List<?>> OPEN_ACCOUNT = script("account_open");

	private static final RedisScript<Long> TIER_OF_ACCOUNT = script("account_tier", Long.class);

	private static final RedisScript<Long> REVOKE_ACCOUNT = script("account_revoke", Long.class);

	private static final RedisScript<List<?>> ADD_REVOCATIONS = script("revocation_add");

	private static final RedisScript<List<?>> NEXT_VERSION = script("version_next");

	private static final RedisScript<String> BEGIN_ADOPTION = script("adoption_begin", String.class);

	private static final RedisScript<Long> END_ADOPTION = script("adoption_end", Long.class);

	private static final RedisScript<Long> ADD_ADOPTED = script("adopted_add", Long.class);

	private static final RedisScript<Long> SIGN_UP = script("sign_up_take", Long.class);

	private final ReactiveStringRedisTemplate redis;

	private final Redis commands;

	private final RedisGuard guard;

	private final Clock clock;

	TokenStore(ReactiveStringRedisTemplate redis, Redis commands, RedisGuard guard, Clock clock) {
		this.redis = redis;
		this.commands = commands;
		this.guard = guard;
		this.clock = clock;
	}

	/**
	 * Reads an account; empty when there is none. Writes nothing.
	 * @param shortTimeout whether to use the short timeout, because there is a fallback
	 */
	Mono<Entry> find(String user, boolean shortTimeout) {
		Mono<List<String>> lookup = this.redis.<String, String>opsForHash()
			.multiGet(accountKey(user), List.of("tier", "origin", "expires", "revoked"));
		return (shortTimeout ? this.guard.run(lookup) : this.guard.runWithLongTimeout(lookup))
			.flatMap((fields) -> (fields.get(2) != null) ? Mono.just(Entry.of(user, fields, 0)) : Mono.empty());
	}

	/** Opens an account unless it exists. */
	Mono<Entry> open(String user, Tier tier, String origin, Instant expires) {
		return this.guard
			.run(execute(OPEN_ACCOUNT, List.of(accountKey(user)),
					List.of(tier.label(), origin, now(), millis(expires), "")))
			.map((fields) -> Entry.of(user, fields, 1));
	}

	/** Opens an account as it was before it was lost, unless it exists. */
	Mono<Entry> restore(AccountRecord lost) {
		Instant created = lost.created();
		Instant revoked = lost.revoked();
		List<String> fields = List.of(lost.effectiveTier(), lost.origin(), (created != null) ? millis(created) : now(),
				millis(lost.expires()), (revoked != null) ? millis(revoked) : "");
		return run(OPEN_ACCOUNT, List.of(accountKey(lost.user())), fields)
			.map((account) -> Entry.of(lost.user(), account, 1));
	}

	/** Reads all that is known of an account; empty when there is none. */
	Mono<AccountRecord> read(String user) {
		return this.guard
			.runWithLongTimeout(this.redis.<String, String>opsForHash()
				.multiGet(accountKey(user), List.of("tier", "origin", "created", "expires", "revoked")))
			.mapNotNull((fields) -> (fields.get(3) instanceof String expires)
					? new AccountRecord(user, fields.get(0), Objects.requireNonNullElse(fields.get(1), ""),
							time(fields.get(2)), Instant.ofEpochMilli(Long.parseLong(expires)), time(fields.get(4)))
					: null);
	}

	/**
	 * Finds accounts, page by page. One that is there from the first page to the last is
	 * found once or more often.
	 * @param from {@link ScanCursor#INITIAL}, or the end of the page before
	 */
	Mono<AccountPage> scan(ScanCursor from) {
		ScanArgs accounts = ScanArgs.Builder.matches(ACCOUNTS).limit(SCANNED_AT_ONCE);
		return this.commands.run((redis) -> redis.scan(from, accounts))
			.map((found) -> new AccountPage(
					found.getKeys().stream().map(TokenStore::userOfAccountKey).distinct().toList(), found));
	}

	/** Since when this Redis has had the lists, in ms; 0 if it may have lost them. */
	Mono<Long> since() {
		return this.guard.runWithLongTimeout(this.redis.<String, String>opsForHash().get(VERSIONS, SINCE))
			.map(TokenStore::number)
			.defaultIfEmpty(0L);
	}

	/** Reserves the restoration of the lists for one gateway. */
	Mono<Boolean> beginRestoration() {
		return this.guard.run(this.redis.opsForValue().setIfAbsent(RESTORING, "1", LONGEST_RESTORATION));
	}

	/**
	 * Marks that the lists are whole, and ends the reservation. The versions change, so
	 * that every gateway reads the lists.
	 */
	Mono<Void> endRestoration() {
		ReactiveHashOperations<String, String, String> versions = this.redis.opsForHash();
		return run(NEXT_VERSION, List.of(VERSIONS), List.of(now()))
			.then(this.guard.runWithLongTimeout(versions.increment(VERSIONS, ADOPTED, 1)))
			.then(this.guard.runWithLongTimeout(versions.putIfAbsent(VERSIONS, SINCE, now())))
			.then(this.guard.run(this.redis.delete(RESTORING)))
			.then();
	}

	/** Lets a restoration that failed be tried again after a while, by any gateway. */
	Mono<Void> postponeRestoration() {
		return this.guard.run(this.redis.expire(RESTORING, NEXT_RESTORATION)).then();
	}

	/** Puts users into the filter of adopted tokens. */
	Mono<Void> restoreAdopted(Collection<String> users) {
		List<String> positions = users.stream()
			.flatMap((user) -> AdoptedFilter.positions(user).stream())
			.map(String::valueOf)
			.toList();
		return run(ADD_ADOPTED, List.of(FILTER, VERSIONS), positions).then();
	}

	/**
	 * Reserves the adoption of a token for one instance.
	 * @param instance who asks
	 * @param from the instance that the reservation may be taken from; empty: none
	 * @return the instance that has the reservation
	 */
	Mono<String> beginAdoption(String user, String instance, String from) {
		return run(BEGIN_ADOPTION, List.of(adoptingKey(user)),
				List.of(instance, from, Long.toString(ADOPTING.toMillis())));
	}

	/** Ends the reservation unless another instance has it. */
	Mono<Void> endAdoption(String user, String instance) {
		return this.guard.run(execute(END_ADOPTION, List.of(adoptingKey(user)), List.of(instance))).then();
	}

	/** Adds an account to the filter of adopted tokens, and tells the fleet. */
	Mono<Void> addAdopted(String user) {
		List<String> positions = AdoptedFilter.positions(user).stream().map(String::valueOf).toList();
		return run(ADD_ADOPTED, List.of(FILTER, VERSIONS), positions)
			.flatMap((version) -> publish(version, version - 1, ADOPTED, user, 0));
	}

	/**
	 * Takes a sign-up from buckets or gives one back.
	 * @return ms to wait; 0 when it was taken or given back
	 */
	Mono<Long> signUp(List<String> keys, List<Bucket> buckets, int count, Instant now) {
		List<String> arguments = new ArrayList<>(List.of(Integer.toString(count), Long.toString(now.toEpochMilli())));
		for (Bucket bucket : buckets) {
			arguments.add(Long.toString(bucket.oneMoreEvery().toMillis()));
			arguments.add(Integer.toString(bucket.atOnce()));
			arguments.add(Integer.toString(bucket.shortAt()));
		}
		return this.guard.run(execute(SIGN_UP, keys, arguments));
	}

	/** Changes the tier of an account; empty when there is none. */
	Mono<Integer> changeTier(String user, Tier tier) {
		return changeTier(user, "", tier);
	}

	/**
	 * Changes the tier of an account that has a certain one.
	 * @param from the tier it must have now; empty: any
	 * @return 1; empty when there is no such account
	 */
	Mono<Integer> changeTier(String user, String from, Tier tier) {
		return run(TIER_OF_ACCOUNT, List.of(accountKey(user)), List.of(tier.label(), from))
			.filter((changed) -> changed == 1)
			.flatMap((_) -> run(NEXT_VERSION, List.of(VERSIONS), List.of(now())))
			.flatMap((version) -> publish(number(version, 0), number(version, 1), "tier", user, 0))
			.thenReturn(1);
	}

	/**
	 * Revokes an account, whether or not it was opened yet: in the list that every
	 * gateway holds, then for operators to see, then by telling the fleet. 1; 0 when it
	 * was revoked before.
	 */
	Mono<Integer> revoke(String user, Instant expires) {
		return addRevocations(List.of(new Revocation(user, expires))).flatMap((added) -> markRevoked(user)
			.then(publish(number(added, 0), number(added, 1), "revoked", user, expires.toEpochMilli()))
			.thenReturn((int) number(added, 2)));
	}

	/** Notes on an account that it is revoked; see {@link #restore(List)}. */
	Mono<Long> markRevoked(String user) {
		return run(REVOKE_ACCOUNT, List.of(accountKey(user)), List.of(now()));
	}

	/**
	 * Adds revocations that Redis has lost. Can be repeated, and done by all gateways at
	 * the same time.
	 * @return how many were added
	 */
	Mono<Long> restore(List<Revocation> lost) {
		return Flux.fromIterable(lost)
			.buffer(WRITTEN_AT_ONCE)
			.concatMap(this::addRevocations)
			.reduce(0L, (sum, added) -> sum + number(added, 2));
	}

	private Mono<List<?>> addRevocations(List<Revocation> revocations) {
		List<String> arguments = new ArrayList<>(List.of(now(), Integer.toString(Revocations.MOST)));
		for (Revocation revocation : revocations) {
			arguments.add(revocation.user());
			arguments.add(Long.toString(revocation.expires().toEpochMilli()));
		}
		return this.<List<?>>run(ADD_REVOCATIONS, List.of(REVOCATIONS, VERSIONS), arguments)
			.filter((added) -> number(added, 0) >= 0)
			.switchIfEmpty(Mono.error(() -> new IllegalStateException("The list of revocations holds at most "
					+ Revocations.MOST + " accounts; mark the key compromised instead")));
	}

	/** The versions of the list of changes and of the filter; 0 when there is none. */
	Mono<Versions> versions() {
		return this.guard
			.run(this.redis.<String, String>opsForHash().multiGet(VERSIONS, List.of("changes", ADOPTED, SINCE)))
			.map((versions) -> new Versions(number(versions.get(0)), number(versions.get(1)), number(versions.get(2))));
	}

	/** All revoked accounts. */
	Mono<List<Revocation>> revocations() {
		return Flux.range(0, Revocations.MOST / PAGE)
			.concatMap((page) -> this.guard.runWithLongTimeout(this.redis.opsForZSet()
				.rangeWithScores(REVOCATIONS, Range.closed((long) page * PAGE, (long) (page + 1) * PAGE - 1))
				.collectList()))
			.takeUntil((page) -> page.size() < PAGE)
			.flatMapIterable((page) -> page)
			.map((entry) -> new Revocation(String.valueOf(entry.getValue()),
					Instant.ofEpochMilli((entry.getScore() != null) ? entry.getScore().longValue() : 0)))
			.collectList();
	}

	/** The filter of adopted tokens; no bytes when nothing was adopted. */
	Mono<ByteBuffer> filter() {
		ByteBuffer key = ByteBuffer.wrap(FILTER.getBytes(StandardCharsets.US_ASCII));
		return this.guard
			.runWithLongTimeout(this.redis.execute((connection) -> connection.stringCommands().get(key)).next())
			.defaultIfEmpty(ByteBuffer.allocate(0));
	}

	/**
	 * Tells the fleet. Who does not hear of it compares the version a moment later, so a
	 * failure is no error; an ACL user may lack the right to publish.
	 */
	private Mono<Void> publish(long version, long before, String kind, String user, long expires) {
		String message = version + " " + before + " " + kind + " " + user + " " + expires;
		return this.redis.convertAndSend(CHANGES, message).timeout(PUBLISH_TIMEOUT).then().onErrorResume((fault) -> {
			log.warn("The change was stored, but not published ({}): other gateways see it at their next comparison",
					String.valueOf(fault.getMessage()).contains("NOPERM")
							|| String.valueOf(fault.getCause()).contains("NOPERM") ? "the Redis user lacks &" + CHANGES
									: fault.getClass().getSimpleName());
			return Mono.empty();
		});
	}

	private <T> Mono<T> run(RedisScript<T> script, List<String> keys, List<String> arguments) {
		return this.guard.runWithLongTimeout(execute(script, keys, arguments));
	}

	private <T> Mono<T> execute(RedisScript<T> script, List<String> keys, List<String> arguments) {
		return this.redis.execute(script, keys, arguments).next();
	}

	private String now() {
		return Long.toString(this.clock.millis());
	}

	static String accountKey(String user) {
		return "account:{" + user + "}";
	}

	private static String userOfAccountKey(String key) {
		return key.substring(ACCOUNTS.indexOf('*'), key.length() - 1);
	}

	static String signUpKey(String area, String name) {
		return "sign-up:{" + area + "}:" + name;
	}

	private static String adoptingKey(String user) {
		return "adopting:{" + user + "}";
	}

	private static long number(List<?> answer, int index) {
		return ((Number) answer.get(index)).longValue();
	}

	private static String millis(Instant time) {
		return Long.toString(time.toEpochMilli());
	}

	private static @Nullable Instant time(@Nullable String millis) {
		return (millis != null) ? Instant.ofEpochMilli(Long.parseLong(millis)) : null;
	}

	private static long number(@Nullable String text) {
		return (text != null) ? Long.parseLong(text) : 0;
	}

	@SuppressWarnings({ "unchecked", "rawtypes" })
	private static RedisScript<List<?>> script(String name) {
		return (RedisScript) script(name, List.class);
	}

	private static <T> RedisScript<T> script(String name, Class<T> result) {
		return PreparedScript.read("lua/" + name + ".lua", result);
	}

	/**
	 * How often the shared lists changed.
	 *
	 * @param changes revocations and tiers
	 * @param adopted the filter of adopted tokens
	 * @param since since when Redis has had them, in ms; 0 without a durable store, and
	 * where they may be lost
	 */
	record Versions(long changes, long adopted, long since) {
	}

	/**
	 * Some of all accounts.
	 *
	 * @param users their IDs
	 * @param end where the next page begins; finished after the last one
	 */
	record AccountPage(List<String> users, ScanCursor end) {
	}

	/**
	 * An account as requests need it.
	 *
	 * @param account whose it is
	 * @param origin issued or adopted
	 * @param expires when it ends
	 * @param revoked whether it was revoked
	 */
	record Entry(Account account, String origin, Instant expires, boolean revoked) {

		private static Entry of(String user, List<?> fields, int from) {
			Tier tier = Tier.of(String.valueOf(fields.get(from))).orElse(Tier.FREE);
			long expires = Long.parseLong(String.valueOf(fields.get(from + 2)));
			Object revoked = fields.get(from + 3);
			return new Entry(new Account(user, tier), String.valueOf(fields.get(from + 1)),
					Instant.ofEpochMilli(expires), revoked != null && !String.valueOf(revoked).isEmpty());
		}

		boolean isAdopted() {
			return this.origin.equals(ADOPTED);
		}

	}

}
