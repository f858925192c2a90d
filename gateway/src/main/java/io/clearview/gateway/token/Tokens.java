package io.clearview.gateway.token;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.clearview.gateway.context.Account;
import io.clearview.gateway.context.Tier;
import io.clearview.gateway.token.Validation.Ended;
import io.clearview.gateway.token.Validation.Unavailable;
import io.clearview.gateway.token.Validation.Unknown;
import io.clearview.gateway.token.Validation.Valid;
import io.clearview.kit.durable.DurableUnavailableException;
import io.clearview.kit.redis.RedisUnavailableException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Checks tokens. One that proves itself needs Redis only for its account's tier, and is a
 * free account's until that can be looked up. Any other one must be an adopted token of
 * the old backend: outside the migration window those that are not in the filter are
 * refused at once, the others are looked up. Either way the list of revocations counts.
 * <p>
 * What was looked up is remembered, within bounds: an account is asked after again after
 * a minute, an unknown token after some seconds. Those who ask for the same account at
 * the same time share one look-up.
 */
final class Tokens {

	private static final Ended ENDED = new Ended();

	private static final Unknown UNKNOWN = new Unknown();

	private static final Unavailable UNAVAILABLE = new Unavailable();

	private final TokenStore store;

	private final TokenCodec codec;

	private final Revocations revocations;

	private final AdoptedFilter adopted;

	private final BooleanSupplier windowOpen;

	private final Clock clock;

	private final Ticker ticker;

	private final Duration believedFor;

	private final Cache<String, Known> known;

	private final Cache<String, Validation> refused;

	private final Map<String, CompletableFuture<Validation>> inFlight = new ConcurrentHashMap<>();

	/**
	 * Counts changes heard of. What was read from Redis before a change and arrives after
	 * it must not be remembered.
	 */
	private final AtomicLong changes = new AtomicLong();

	/** Entries checked before this are asked after again. */
	private volatile long believedSince;

	private final TokenMetrics counts;

	private final AccountArchive archive;

	/**
	 * Creates the check.
	 * @param windowOpen whether tokens of the old backend are adopted now
	 */
	Tokens(TokenStore store, TokenCodec codec, Revocations revocations, AdoptedFilter adopted,
			BooleanSupplier windowOpen, TokenProperties.Cache settings, Clock clock, Ticker ticker, TokenMetrics counts,
			AccountArchive archive) {
		this.archive = archive;
		this.store = store;
		this.codec = codec;
		this.revocations = revocations;
		this.adopted = adopted;
		this.windowOpen = windowOpen;
		this.counts = counts;
		this.clock = clock;
		this.ticker = ticker;
		this.believedFor = settings.valid();
		this.believedSince = ticker.read();
		this.known = Caffeine.newBuilder()
			.executor(Runnable::run)
			.ticker(ticker)
			.maximumSize(settings.size())
			.expireAfterWrite(settings.outage())
			.build();
		this.refused = Caffeine.newBuilder()
			.executor(Runnable::run)
			.ticker(ticker)
			.maximumSize(settings.size())
			.expireAfterWrite(settings.unknown())
			.build();
	}

	/**
	 * Checks a token. An error is a fault of this program.
	 * @param shortTimeout whether to use the short timeout of Redis where there is a
	 * fallback
	 */
	Mono<Validation> validate(Credentials.Token token, boolean shortTimeout) {
		String user = token.user();
		TokenCodec.Proof proof = this.codec.verify(token.bytes());
		if (this.revocations.contains(user) || (proof != null && !proof.current())) {
			this.counts.ended();
			return Mono.just(ENDED);
		}
		Known entry = this.known.getIfPresent(user);
		if (entry != null && (proof != null || entry.adopted()) && (shortTimeout || isFresh(entry))) {
			if (isFresh(entry)) {
				this.counts.near();
			}
			else {
				this.counts.outage();
			}
			return Mono.just(judge(entry));
		}
		if (proof != null && shortTimeout && !proof.compromised()) {
			this.counts.outage();
			return Mono.just(free(user));
		}
		if (proof == null && !this.windowOpen.getAsBoolean() && this.adopted.isLoaded()
				&& !this.adopted.mayContain(user)) {
			this.counts.forged();
			return Mono.just(UNKNOWN);
		}
		Validation refusal = this.refused.getIfPresent(user);
		if (refusal != null) {
			this.counts.near();
			return Mono.just(refusal);
		}
		return Mono.defer(() -> Mono.fromFuture(joinOrAsk(user, proof), true));
	}

	/** Remembers an account that was just opened. */
	void remember(TokenStore.Entry entry) {
		this.refused.invalidate(entry.account().user());
		this.known.put(entry.account().user(), new Known(entry, this.ticker.read()));
	}

	/** Keeps an account that was just opened where it survives redis-state. */
	void opened(TokenStore.Entry entry) {
		this.archive.opened(entry);
		remember(entry);
	}

	/** Forgets an account, because it was changed. */
	void changed(String user) {
		this.changes.incrementAndGet();
		this.known.invalidate(user);
		this.refused.invalidate(user);
	}

	/** Asks after every account again, because changes may have been missed. */
	void changesMayBeMissed() {
		this.changes.incrementAndGet();
		this.believedSince = this.ticker.read();
		this.refused.invalidateAll();
	}

	/** The look-up in flight, or a new one. It goes on when whoever asked it leaves. */
	private CompletableFuture<Validation> joinOrAsk(String user, TokenCodec.@Nullable Proof proof) {
		CompletableFuture<Validation> mine = new CompletableFuture<>();
		CompletableFuture<Validation> others = this.inFlight.putIfAbsent(user, mine);
		if (others != null) {
			return others;
		}
		ask(user, proof).doFinally((_) -> this.inFlight.remove(user, mine))
			.subscribe(mine::complete, mine::completeExceptionally);
		return mine;
	}

	private Mono<Validation> ask(String user, TokenCodec.@Nullable Proof proof) {
		long changesBefore = this.changes.get();
		boolean thereIsAnotherWay = (proof != null && !proof.compromised()) || this.known.getIfPresent(user) != null;
		return this.store.find(user, thereIsAnotherWay)
			.switchIfEmpty(Mono.defer(() -> this.archive.restore(user, proof)))
			.switchIfEmpty(Mono.defer(() -> open(user, proof)))
			.<Validation>map((entry) -> found(entry, proof, changesBefore))
			.switchIfEmpty(Mono.fromSupplier(() -> notFound(user, changesBefore)))
			.onErrorResume(
					(fault) -> fault instanceof RedisUnavailableException
							|| fault instanceof DurableUnavailableException,
					(_) -> Mono.fromSupplier(() -> withoutRedis(user, proof)));
	}

	/** The first request of a token that proves itself opens its account. */
	private Mono<TokenStore.Entry> open(String user, TokenCodec.@Nullable Proof proof) {
		if (proof == null || proof.compromised()) {
			return Mono.empty();
		}
		return this.store.open(user, Tier.FREE, "issued", proof.expires()).doOnNext((entry) -> {
			this.counts.opened();
			this.archive.opened(entry);
		});
	}

	private Validation found(TokenStore.Entry entry, TokenCodec.@Nullable Proof proof, long changesBefore) {
		String user = entry.account().user();
		if (entry.revoked()) {
			this.counts.ended();
			return refuse(user, ENDED, changesBefore);
		}
		if (proof == null && !entry.isAdopted()) {
			// its key was removed
			return notFound(user, changesBefore);
		}
		this.counts.valid();
		Known current = new Known(entry, this.ticker.read());
		if (this.changes.get() == changesBefore) {
			this.known.put(user, current);
		}
		return judge(current);
	}

	private Validation notFound(String user, long changesBefore) {
		this.counts.unknown();
		return refuse(user, UNKNOWN, changesBefore);
	}

	private Validation refuse(String user, Validation refusal, long changesBefore) {
		this.known.invalidate(user);
		if (this.changes.get() == changesBefore) {
			this.refused.put(user, refusal);
		}
		return refusal;
	}

	private Validation withoutRedis(String user, TokenCodec.@Nullable Proof proof) {
		Known last = this.known.getIfPresent(user);
		if (last != null && (proof != null || last.adopted())) {
			this.counts.outage();
			return judge(last);
		}
		if (proof != null && !proof.compromised()) {
			this.counts.outage();
			return free(user);
		}
		this.counts.unavailable();
		return UNAVAILABLE;
	}

	private static Validation free(String user) {
		return new Valid(new Account(user, Tier.FREE));
	}

	private Validation judge(Known entry) {
		return entry.expires().isAfter(this.clock.instant()) ? entry.valid() : ENDED;
	}

	private boolean isFresh(Known entry) {
		long checked = entry.checked();
		return this.ticker.read() - checked < this.believedFor.toNanos() && checked - this.believedSince >= 0;
	}

	/** An account as Redis said when it was last asked. */
	private record Known(Valid valid, Instant expires, boolean adopted, long checked) {

		Known(TokenStore.Entry entry, long checked) {
			this(new Valid(entry.account()), entry.expires(), entry.isAdopted(), checked);
		}

	}

}
