package io.clearview.gateway.token;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import io.clearview.gateway.context.Tier;
import io.clearview.gateway.token.Revocations.Revocation;
import io.clearview.kit.durable.DurableChange;
import io.clearview.kit.durable.DurableDocument;
import io.clearview.kit.durable.DurableStore;
import io.clearview.kit.durable.DurableUnavailableException;
import io.clearview.kit.durable.GuardedStore;
import io.clearview.kit.durable.WriteBehind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Accounts in the durable store, which is the truth of them; redis-state is the copy that
 * requests are served from.
 * <p>
 * Requests read the store only for accounts that may be older than the data of
 * redis-state, once each, and not more often than a limit. A new account is written
 * behind, without its tier: no tier means free, so a late write cannot undo an operator's
 * change. The lists that every gateway holds (revocations, adopted tokens) are copied
 * back as a whole, once, when redis-state was found without the mark that it has them.
 */
final class DurableAccounts implements AccountArchive {

	private static final Logger log = LoggerFactory.getLogger(DurableAccounts.class);

	/** Collections of the durable store. */
	static final String ACCOUNTS = "accounts";

	static final String REVOCATIONS = "revocations";

	static final String ADOPTED = "adopted";

	/** A token may be used a day before its day of issue, where clocks differ. */
	private static final Duration SKEW = Duration.ofDays(1);

	private static final Duration LONGEST_WAIT_OF_AN_OPERATOR = Duration.ofSeconds(5);

	private static final int MOST_PAGES = 4 * Revocations.MOST / DurableStore.MOST_DOCUMENTS;

	private final GuardedStore durable;

	private final WriteBehind writes;

	private final TokenStore store;

	private final AdoptedFilter adopted;

	private final Clock clock;

	private final AtomicBoolean copying = new AtomicBoolean();

	DurableAccounts(GuardedStore durable, WriteBehind writes, TokenStore store, AdoptedFilter adopted, Clock clock) {
		this.durable = durable;
		this.writes = writes;
		this.store = store;
		this.adopted = adopted;
		this.clock = clock;
	}

	@Override
	public Mono<TokenStore.Entry> restore(String user, TokenCodec.@Nullable Proof proof) {
		return this.store.since().flatMap((since) -> {
			if (since > 0 && isCertainlyAbsent(user, proof, Instant.ofEpochMilli(since))) {
				return Mono.empty();
			}
			return restore(user, this.durable.read(ACCOUNTS, List.of(user)), (proof != null) ? proof.expires() : null);
		});
	}

	private boolean isCertainlyAbsent(String user, TokenCodec.@Nullable Proof proof, Instant since) {
		return (proof != null) ? proof.issued().isAfter(since.plus(SKEW))
				: this.adopted.isLoaded() && !this.adopted.mayContain(user);
	}

	@Override
	public Mono<TokenStore.Entry> restoreForOperator(String user) {
		return restore(user, this.durable.readInBackground(ACCOUNTS, List.of(user)), null);
	}

	private Mono<TokenStore.Entry> restore(String user, Mono<Map<String, DurableDocument>> read,
			@Nullable Instant knownExpires) {
		return read.mapNotNull((documents) -> documents.get(user))
			.mapNotNull((document) -> AccountRecord.of(document, knownExpires))
			.filter((account) -> !account.isOverAt(this.clock.instant()))
			.flatMap(this.store::restore);
	}

	@Override
	public void opened(TokenStore.Entry entry) {
		String user = entry.account().user();
		// what is dropped for lack of room is counted, and costs the account's origin at
		// most
		this.writes.offer(new DurableChange(ACCOUNTS, user, Map.of(AccountRecord.ORIGIN, entry.origin(),
				AccountRecord.CREATED, now(), AccountRecord.EXPIRES, entry.expires())));
		if (entry.isAdopted()) {
			this.writes.offer(new DurableChange(ADOPTED, user, Map.of(AccountRecord.EXPIRES, entry.expires())));
		}
	}

	@Override
	public Mono<Void> keepTier(AccountRecord account, Tier tier) {
		Map<String, Object> fields = account.fields();
		fields.put(AccountRecord.TIER, tier.label());
		return keep(List.of(new DurableChange(ACCOUNTS, account.user(), fields)));
	}

	@Override
	public Mono<Void> keepRevocation(String user, @Nullable AccountRecord account, Instant expires) {
		Map<String, Object> fields = (account != null) ? account.fields()
				: new HashMap<>(Map.of(AccountRecord.EXPIRES, expires));
		fields.putIfAbsent(AccountRecord.REVOKED, now());
		return keep(List.of(new DurableChange(REVOCATIONS, user, Map.of(AccountRecord.EXPIRES, expires)),
				new DurableChange(ACCOUNTS, user, fields)));
	}

	/**
	 * Through what waits to be written, so that an older change of the same account is
	 * never written later; what the store does not take now stays there.
	 */
	private Mono<Void> keep(List<DurableChange> changes) {
		return Mono.defer(() -> {
			for (DurableChange change : changes) {
				if (!this.writes.offer(change)) {
					return Mono
						.error(new DurableUnavailableException("Too many changes wait for the durable store", null));
				}
			}
			return this.writes.flush().timeout(LONGEST_WAIT_OF_AN_OPERATOR).onErrorComplete();
		});
	}

	@Override
	public boolean listsAreComplete(long since) {
		if (since > 0) {
			return true;
		}
		if (this.copying.compareAndSet(false, true)) {
			copyLists().doFinally((_) -> this.copying.set(false)).subscribe((_) -> {
			}, (fault) -> log.debug("The lists were not copied from the durable store", fault));
		}
		return false;
	}

	/** One gateway at a time copies; another one takes over when it fails. */
	private Mono<Void> copyLists() {
		return this.store.beginRestoration()
			.filter((mine) -> mine)
			.flatMap((_) -> copyRevocations().zipWhen((_) -> copyAdopted())
				.flatMap((counts) -> this.store.endRestoration()
					.doOnSuccess((_) -> log.info(
							"redis-state had lost its lists: copied {} revocations and {} adopted tokens from the durable store",
							counts.getT1(), counts.getT2())))
				.onErrorResume((fault) -> this.store.postponeRestoration().onErrorComplete().then(Mono.error(fault))));
	}

	private Mono<Long> copyRevocations() {
		return pages(REVOCATIONS)
			.concatMap((page) -> this.store.restore(
					page.entrySet().stream().map((entry) -> new Revocation(entry.getKey(), entry.getValue())).toList()))
			.reduce(0L, Long::sum);
	}

	private Mono<Long> copyAdopted() {
		return pages(ADOPTED).concatMap((page) -> this.store.restoreAdopted(page.keySet()).thenReturn(page.size()))
			.reduce(0L, Long::sum);
	}

	/** The users of a list, and until when they are on it; without those that expired. */
	private Flux<Map<String, Instant>> pages(String collection) {
		return this.durable.pages(collection)
			.take(MOST_PAGES)
			.map((page) -> entries(page, this.clock.instant()))
			.filter((page) -> !page.isEmpty());
	}

	/** The users of a page of a list, and until when; without those that expired. */
	static Map<String, Instant> entries(List<DurableDocument> page, Instant now) {
		return page.stream()
			.filter((document) -> document.fields().get(AccountRecord.EXPIRES) instanceof Instant expires
					&& expires.isAfter(now))
			.collect(Collectors.toMap(DurableDocument::id,
					(document) -> (Instant) document.fields().get(AccountRecord.EXPIRES)));
	}

	private Instant now() {
		return this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
	}

}
