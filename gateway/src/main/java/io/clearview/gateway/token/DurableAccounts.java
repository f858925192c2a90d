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
import io.clearview.kit.durable.WriteBehind;
import io.github.bucket4j.Bucket;
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

	private static final String ACCOUNTS = "accounts";

	private static final String REVOCATIONS = "revocations";

	private static final String ADOPTED = "adopted";

	private static final String TIER = "tier";

	private static final String ORIGIN = "origin";

	private static final String CREATED = "created";

	private static final String EXPIRES = "expires";

	private static final String REVOKED = "revoked";

	/** A token may be used a day before its day of issue, where clocks differ. */
	private static final Duration SKEW = Duration.ofDays(1);

	private static final Duration LONGEST_WAIT_OF_AN_OPERATOR = Duration.ofSeconds(5);

	private static final int MOST_PAGES = 4 * Revocations.MOST / DurableStore.MOST_DOCUMENTS;

	private final DurableStore durable;

	private final WriteBehind writes;

	private final TokenStore store;

	private final AdoptedFilter adopted;

	private final Clock clock;

	private final Bucket reads;

	private final AtomicBoolean copying = new AtomicBoolean();

	/**
	 * Creates the archive.
	 * @param readsPerSecond how often requests may read the durable store
	 */
	DurableAccounts(DurableStore durable, WriteBehind writes, TokenStore store, AdoptedFilter adopted,
			int readsPerSecond, Clock clock) {
		this.durable = durable;
		this.writes = writes;
		this.store = store;
		this.adopted = adopted;
		this.clock = clock;
		this.reads = Bucket.builder()
			.addLimit((limit) -> limit.capacity(readsPerSecond).refillGreedy(readsPerSecond, Duration.ofSeconds(1)))
			.build();
	}

	@Override
	public Mono<TokenStore.Entry> restore(String user, TokenCodec.@Nullable Proof proof) {
		return this.store.since().flatMap((since) -> {
			if (since > 0 && isCertainlyAbsent(user, proof, Instant.ofEpochMilli(since))) {
				return Mono.empty();
			}
			if (!this.reads.tryConsume(1)) {
				return Mono.error(new UnreachableException("Too many accounts are read at a time", null));
			}
			return read(user, (proof != null) ? proof.expires() : null);
		});
	}

	private boolean isCertainlyAbsent(String user, TokenCodec.@Nullable Proof proof, Instant since) {
		return (proof != null) ? proof.issued().isAfter(since.plus(SKEW))
				: this.adopted.isLoaded() && !this.adopted.mayContain(user);
	}

	@Override
	public Mono<TokenStore.Entry> restoreForOperator(String user) {
		return read(user, null);
	}

	private Mono<TokenStore.Entry> read(String user, @Nullable Instant knownExpires) {
		return this.durable.read(ACCOUNTS, List.of(user))
			.onErrorMap((fault) -> new UnreachableException("The account cannot be read from the durable store", fault))
			.mapNotNull((documents) -> documents.get(user))
			.flatMap((document) -> {
				Instant expires = (time(document, EXPIRES) != null) ? time(document, EXPIRES) : knownExpires;
				if (expires == null || !expires.isAfter(this.clock.instant())) {
					return Mono.empty();
				}
				return this.store.restore(user, text(document, TIER, Tier.FREE.label()),
						text(document, ORIGIN, "issued"), time(document, CREATED), expires, time(document, REVOKED));
			});
	}

	@Override
	public void opened(TokenStore.Entry entry) {
		String user = entry.account().user();
		// what is dropped for lack of room is counted, and costs the account's origin at
		// most
		this.writes.offer(new DurableChange(ACCOUNTS, user,
				Map.of(ORIGIN, entry.origin(), CREATED, now(), EXPIRES, entry.expires())));
		if (entry.isAdopted()) {
			this.writes.offer(new DurableChange(ADOPTED, user, Map.of(EXPIRES, entry.expires())));
		}
	}

	@Override
	public Mono<Void> keepTier(Accounts.Details account, Tier tier) {
		Map<String, Object> fields = fields(account);
		fields.put(TIER, tier.label());
		return keep(List.of(new DurableChange(ACCOUNTS, account.user(), fields)));
	}

	@Override
	public Mono<Void> keepRevocation(String user, Accounts.@Nullable Details account, Instant expires) {
		Map<String, Object> fields = (account != null) ? fields(account) : new HashMap<>(Map.of(EXPIRES, expires));
		Instant before = (account != null) ? account.tokens().getFirst().revoked() : null;
		fields.put(REVOKED, (before != null) ? before : now());
		return keep(List.of(new DurableChange(REVOCATIONS, user, Map.of(EXPIRES, expires)),
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
					return Mono.error(new UnreachableException("Too many changes wait for the durable store", null));
				}
			}
			return this.writes.flush().timeout(LONGEST_WAIT_OF_AN_OPERATOR).onErrorComplete();
		});
	}

	/** Without the tier, which only {@link #keepTier} may change. */
	private static Map<String, Object> fields(Accounts.Details account) {
		Map<String, Object> fields = new HashMap<>();
		fields.put(ORIGIN, account.origin());
		Instant created = account.created();
		if (created != null) {
			fields.put(CREATED, created);
		}
		Instant expires = account.tokens().getFirst().expires();
		if (expires != null) {
			fields.put(EXPIRES, expires);
		}
		return fields;
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
		return this.durable.list(collection, null, DurableStore.MOST_DOCUMENTS)
			.expand((page) -> (page.size() < DurableStore.MOST_DOCUMENTS) ? Mono.empty()
					: this.durable.list(collection, page.getLast().id(), DurableStore.MOST_DOCUMENTS))
			.take(MOST_PAGES)
			.map((page) -> page.stream()
				.filter((document) -> document.fields().get(EXPIRES) instanceof Instant expires
						&& expires.isAfter(this.clock.instant()))
				.collect(Collectors.toMap(DurableDocument::id, (document) -> (Instant) document.fields().get(EXPIRES))))
			.filter((page) -> !page.isEmpty());
	}

	private Instant now() {
		return this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
	}

	private static String text(DurableDocument document, String field, String otherwise) {
		return (document.fields().get(field) instanceof String text) ? text : otherwise;
	}

	private static @Nullable Instant time(DurableDocument document, String field) {
		return (document.fields().get(field) instanceof Instant time) ? time : null;
	}

}
