package io.clearview.gateway.token;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.clearview.gateway.context.Tier;
import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import io.clearview.gateway.token.Revocations.Revocation;
import io.clearview.gateway.token.TokenStore.AccountPage;
import io.clearview.kit.durable.DurableChange;
import io.clearview.kit.durable.DurableDocument;
import io.clearview.kit.durable.DurableSettings;
import io.clearview.kit.durable.DurableStore;
import io.clearview.kit.durable.GuardedStore;
import io.clearview.kit.durable.WriteBehind;
import io.clearview.kit.redis.RedisUnavailableException;
import io.lettuce.core.ScanCursor;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Copies all accounts, revocations and adopted tokens between redis-state and the durable
 * store while both are used, and compares them. Each method reads page by page, can be
 * stopped at any page and repeated, and overwrites nothing that is newer: a copy to the
 * durable store sets only fields that are not there, in one transaction with what
 * operators change; a copy to redis-state opens what is not there, and changes a tier
 * only if it is still what it was before the durable store was read.
 * <p>
 * Every method throws an {@link ApiException} where there is no durable store; its result
 * errors with one where the store does not answer, and with
 * {@link RedisUnavailableException}.
 */
@Component
public final class AccountTransfer {

	/** Calls of redis-state under way at the same time. */
	private static final int AT_ONCE = 32;

	private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

	private static final String PRESENT = "present";

	private static final String MISSING = "missing";

	private final TokenStore store;

	private final @Nullable GuardedStore durable;

	private final @Nullable WriteBehind writes;

	private final Duration notWrittenYet;

	private final Clock clock;

	AccountTransfer(TokenStore store, ObjectProvider<GuardedStore> durable, ObjectProvider<WriteBehind> writes,
			DurableSettings settings, Clock clock) {
		this.store = store;
		this.durable = durable.getIfAvailable();
		this.writes = writes.getIfAvailable();
		this.notWrittenYet = settings.interval().plus(settings.backgroundTimeout());
		this.clock = clock;
	}

	/**
	 * Copies what redis-state has to the durable store.
	 * @return what was done so far, after each page; the last one says that it is done
	 */
	public Flux<Progress> export() {
		return progress((durable) -> Flux.concat(redisPages().concatMap((page) -> exportAccounts(durable, page)),
				this.store.revocations()
					.flatMapIterable((all) -> all)
					.filter((revocation) -> isNeeded(revocation.expires()))
					.buffer(DurableStore.MOST_DOCUMENTS)
					.concatMap((page) -> durable.fill(page.stream().map(AccountTransfer::change).toList())
						.map((changed) -> new Progress(page.size(), changed)))));
	}

	/** Copies what the durable store has to redis-state; returns the same. */
	public Flux<Progress> importAll() {
		return progress((durable) -> Flux.concat(accounts(durable).concatMap((page) -> importAccounts(durable, page)),
				lists(durable, DurableAccounts.REVOCATIONS).concatMap((page) -> this.store
					.restore(page.entrySet()
						.stream()
						.map((entry) -> new Revocation(entry.getKey(), entry.getValue()))
						.toList())
					.map((added) -> new Progress(page.size(), added))),
				lists(durable, DurableAccounts.ADOPTED).concatMap(
						(page) -> this.store.restoreAdopted(page.keySet()).thenReturn(new Progress(page.size(), 0))),
				this.store.endRestoration().thenMany(Flux.empty())));
	}

	/**
	 * Compares the two. An account that was opened so lately that it need not have been
	 * written yet is not told as a difference.
	 * @return the same, with the differences of each page
	 */
	public Flux<Progress> verify() {
		return progress((durable) -> Flux.concat(redisPages().concatMap((page) -> compareWithDurable(durable, page)),
				accounts(durable).concatMap(this::compareWithRedis), compareRevocations(durable),
				this.store.filter().flatMapMany((bits) -> {
					AdoptedFilter filter = new AdoptedFilter();
					filter.load(bits);
					return lists(durable, DurableAccounts.ADOPTED).map((page) -> new Progress(page.size(), 0,
							page.keySet()
								.stream()
								.filter((user) -> !filter.mayContain(user))
								.map((user) -> new Difference("adopted", user, "entry", MISSING, PRESENT))
								.toList()));
				})));
	}

	private Flux<Progress> progress(Function<GuardedStore, Flux<Progress>> steps) {
		GuardedStore store = this.durable;
		WriteBehind waiting = this.writes;
		if (store == null || waiting == null) {
			throw new ApiException(ErrorCode.INVALID_REQUEST,
					"clearview.durable.kind must be 'firestore' at this gateway, but is 'none'");
		}
		return waiting.flush()
			.thenMany(Flux.defer(() -> steps.apply(store)))
			.onErrorMap((fault) -> !(fault instanceof RedisUnavailableException || fault instanceof ApiException),
					(fault) -> new ApiException(ErrorCode.SERVICE_UNAVAILABLE,
							"The durable store failed (%s); what was done stays, and the command can be repeated"
								.formatted(fault.getClass().getSimpleName()),
							RETRY_AFTER))
			.concatWithValues(Progress.END)
			.scan(Progress.NONE, Progress::plus)
			.skip(1);
	}

	private Flux<AccountPage> redisPages() {
		return this.store.scan(ScanCursor.INITIAL)
			.expand((page) -> page.end().isFinished() ? Mono.empty() : this.store.scan(page.end()));
	}

	private Mono<List<AccountRecord>> inRedis(List<String> users) {
		return Flux.fromIterable(users).flatMap(this.store::read, AT_ONCE).collectList();
	}

	private Flux<List<AccountRecord>> accounts(GuardedStore durable) {
		return durable.pages(DurableAccounts.ACCOUNTS)
			.map((page) -> page.stream()
				.map((document) -> AccountRecord.of(document, null))
				.filter(Objects::nonNull)
				.filter((account) -> isNeeded(account.expires()))
				.toList());
	}

	private Flux<Map<String, Instant>> lists(GuardedStore durable, String collection) {
		return durable.pages(collection)
			.map((page) -> DurableAccounts.entries(page, this.clock.instant()))
			.filter((page) -> !page.isEmpty());
	}

	private Flux<Progress> exportAccounts(GuardedStore durable, AccountPage page) {
		return inRedis(page.users()).flatMapMany((accounts) -> {
			List<DurableChange> changes = accounts.stream().map((account) -> {
				Map<String, Object> fields = account.fields();
				// no tier means free, and leaves an operator's change alone
				if (!account.effectiveTier().equals(Tier.FREE.label())) {
					fields.put(AccountRecord.TIER, account.effectiveTier());
				}
				return new DurableChange(DurableAccounts.ACCOUNTS, account.user(), fields);
			}).toList();
			List<DurableChange> adopted = accounts.stream()
				.filter(AccountRecord::isAdopted)
				.map((account) -> new DurableChange(DurableAccounts.ADOPTED, account.user(),
						Map.of(AccountRecord.EXPIRES, account.expires())))
				.toList();
			return fill(durable, changes).concatWith(fill(durable, adopted))
				.reduce(0, Integer::sum)
				.map((changed) -> new Progress(accounts.size(), changed));
		});
	}

	/** A page of a scan may have more entries than were asked for. */
	private static Flux<Integer> fill(GuardedStore durable, List<DurableChange> changes) {
		return Flux.fromIterable(changes).buffer(DurableStore.MOST_DOCUMENTS).concatMap(durable::fill);
	}

	private static DurableChange change(Revocation revocation) {
		return new DurableChange(DurableAccounts.REVOCATIONS, revocation.user(),
				Map.of(AccountRecord.EXPIRES, revocation.expires()));
	}

	private Mono<Progress> importAccounts(GuardedStore durable, List<AccountRecord> page) {
		return inRedis(users(page)).flatMap((there) -> {
			Map<String, AccountRecord> known = byUser(there);
			// Read again after redis-state: what an operator changes meanwhile is read
			// here, or makes the tier in redis-state another one.
			return durable.readInBackground(DurableAccounts.ACCOUNTS, users(page))
				.flatMapIterable((documents) -> page.stream()
					.map((account) -> documents.get(account.user()))
					.filter(Objects::nonNull)
					.map((document) -> AccountRecord.of(document, null))
					.filter(Objects::nonNull)
					.toList())
				.flatMap((account) -> importAccount(account, known.get(account.user())), AT_ONCE)
				.reduce(0, Integer::sum)
				.map((changed) -> new Progress(page.size(), changed));
		});
	}

	/** 1 if anything was changed. */
	private Mono<Integer> importAccount(AccountRecord wanted, @Nullable AccountRecord there) {
		if (there == null) {
			return this.store.restore(wanted).thenReturn(1);
		}
		Mono<Integer> tier = Mono.justOrEmpty(wanted.tier())
			.filter((label) -> !label.equals(there.effectiveTier()))
			.flatMap((label) -> Mono.justOrEmpty(Tier.of(label)))
			.flatMap((label) -> this.store.changeTier(wanted.user(), there.effectiveTier(), label));
		Mono<Integer> revocation = (wanted.revoked() != null && there.revoked() == null)
				? this.store.markRevoked(wanted.user()).map(Long::intValue) : Mono.empty();
		return tier.defaultIfEmpty(0).zipWith(revocation.defaultIfEmpty(0), Math::max);
	}

	private Flux<Progress> compareWithDurable(GuardedStore durable, AccountPage page) {
		return Flux.fromIterable(page.users())
			.buffer(DurableStore.MOST_DOCUMENTS)
			.concatMap((users) -> inRedis(users)
				.flatMap((accounts) -> durable.readInBackground(DurableAccounts.ACCOUNTS, users(accounts))
					.zipWith(durable.readInBackground(DurableAccounts.ADOPTED,
							users(accounts.stream().filter(AccountRecord::isAdopted).toList())))
					.map((documents) -> {
						List<Difference> differences = new ArrayList<>();
						for (AccountRecord account : accounts) {
							if (isWrittenByNow(account)) {
								compare(account, documents.getT1().get(account.user()), differences);
								if (account.isAdopted() && !documents.getT2().containsKey(account.user())) {
									differences
										.add(new Difference("adopted", account.user(), "entry", PRESENT, MISSING));
								}
							}
						}
						return new Progress(accounts.size(), 0, differences);
					})));
	}

	private static void compare(AccountRecord account, @Nullable DurableDocument document,
			List<Difference> differences) {
		AccountRecord kept = (document != null) ? AccountRecord.of(document, null) : null;
		if (kept == null) {
			differences.add(new Difference("account", account.user(), "entry", PRESENT, MISSING));
			return;
		}
		Map<String, String> here = compared(account);
		compared(kept).forEach((field, value) -> {
			if (!value.equals(here.get(field))) {
				differences.add(new Difference("account", account.user(), field, here.getOrDefault(field, ""), value));
			}
		});
	}

	/** When it was opened or revoked is read from two clocks. */
	private static Map<String, String> compared(AccountRecord account) {
		Map<String, String> fields = new HashMap<>();
		fields.put(AccountRecord.TIER, account.effectiveTier());
		fields.put(AccountRecord.ORIGIN, account.origin());
		fields.put(AccountRecord.EXPIRES, account.expires().toString());
		fields.put(AccountRecord.REVOKED, (account.revoked() != null) ? "yes" : "no");
		return fields;
	}

	private Mono<Progress> compareWithRedis(List<AccountRecord> page) {
		return inRedis(users(page)).map((there) -> {
			Map<String, AccountRecord> known = byUser(there);
			return new Progress(page.size(), 0,
					page.stream()
						.filter((account) -> !known.containsKey(account.user()))
						.map((account) -> new Difference("account", account.user(), "entry", MISSING, PRESENT))
						.toList());
		});
	}

	private Flux<Progress> compareRevocations(GuardedStore durable) {
		return this.store.revocations().flatMapMany((revocations) -> {
			Set<String> revoked = revocations.stream()
				.filter((revocation) -> isNeeded(revocation.expires()))
				.map(Revocation::user)
				.collect(Collectors.toCollection(HashSet::new));
			Flux<Progress> inRedis = Flux.fromIterable(revoked)
				.buffer(DurableStore.MOST_DOCUMENTS)
				.concatMap((users) -> durable.readInBackground(DurableAccounts.REVOCATIONS, users)
					.map((documents) -> new Progress(users.size(), 0,
							users.stream()
								.filter((user) -> !documents.containsKey(user))
								.map((user) -> new Difference("revocation", user, "entry", PRESENT, MISSING))
								.toList())));
			Flux<Progress> inDurable = lists(durable, DurableAccounts.REVOCATIONS)
				.map((page) -> new Progress(page.size(), 0,
						page.keySet()
							.stream()
							.filter((user) -> !revoked.contains(user))
							.map((user) -> new Difference("revocation", user, "entry", MISSING, PRESENT))
							.toList()));
			return inRedis.concatWith(inDurable);
		});
	}

	private boolean isWrittenByNow(AccountRecord account) {
		Instant created = account.created();
		return created == null || created.isBefore(this.clock.instant().minus(this.notWrittenYet));
	}

	private boolean isNeeded(Instant expires) {
		return expires.isAfter(this.clock.instant());
	}

	private static List<String> users(List<AccountRecord> accounts) {
		return accounts.stream().map(AccountRecord::user).toList();
	}

	private static Map<String, AccountRecord> byUser(List<AccountRecord> accounts) {
		return accounts.stream().collect(Collectors.toMap(AccountRecord::user, (account) -> account));
	}

	/**
	 * How far a copy or a comparison is.
	 *
	 * @param done whether nothing is left
	 * @param read entries read so far, of both sides
	 * @param changed entries changed so far
	 * @param different differences found so far
	 * @param differences those of the newest page
	 */
	public record Progress(boolean done, long read, long changed, long different, List<Difference> differences) {

		private static final Progress NONE = new Progress(0, 0);

		private static final Progress END = new Progress(true, 0, 0, 0, List.of());

		private Progress(long read, long changed) {
			this(read, changed, List.of());
		}

		private Progress(long read, long changed, List<Difference> differences) {
			this(false, read, changed, differences.size(), differences);
		}

		private Progress plus(Progress step) {
			return new Progress(step.done, this.read + step.read, this.changed + step.changed,
					this.different + step.different, step.differences);
		}

	}

	/**
	 * Where the two differ.
	 *
	 * @param kind account, revocation or adopted
	 * @param user whose
	 * @param field what of it; {@code entry}: the whole
	 * @param redis what redis-state has
	 * @param durable what the durable store has
	 */
	public record Difference(String kind, String user, String field, String redis, String durable) {
	}

}
