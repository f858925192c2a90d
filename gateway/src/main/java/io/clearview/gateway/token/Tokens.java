package io.clearview.gateway.token;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.clearview.gateway.token.Validation.Ended;
import io.clearview.gateway.token.Validation.Unavailable;
import io.clearview.gateway.token.Validation.Unknown;
import io.clearview.gateway.token.Validation.Valid;
import io.clearview.kit.redis.RedisUnavailableException;
import reactor.core.publisher.Mono;

/**
 * Checks tokens: in this process first, then in Redis, once for all who ask for the same
 * token at the same time. What is remembered here is a copy: a valid token is asked after
 * again after a minute, an unknown one after some seconds, and a changed one as soon as
 * the change is heard of. While Redis is out, tokens that were valid within a day pass;
 * for one that is not known here, a Redis that is slow is waited for.
 */
final class Tokens {

	private static final Ended ENDED = new Ended();

	private static final Unknown UNKNOWN = new Unknown();

	private static final Unavailable UNAVAILABLE = new Unavailable();

	private final TokenStore store;

	private final Clock clock;

	private final Ticker ticker;

	private final Duration believedFor;

	private final Cache<String, Known> known;

	private final Cache<String, Validation> refused;

	private final Map<String, CompletableFuture<Validation>> underWay = new ConcurrentHashMap<>();

	/**
	 * Counts changes heard of. What was read from Redis before a change and arrives after
	 * it must not be remembered.
	 */
	private final AtomicLong changes = new AtomicLong();

	/** Entries checked before this are asked after again. */
	private volatile long believedSince;

	private final TokenCounts counts;

	Tokens(TokenStore store, TokenProperties.Cache settings, Clock clock, Ticker ticker, TokenCounts counts) {
		this.counts = counts;
		this.store = store;
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
	 * @param sha of the token
	 * @param inHaste whether Redis is not to be waited for if the token was valid lately
	 */
	Mono<Validation> validate(String sha, boolean inHaste) {
		Known entry = this.known.getIfPresent(sha);
		if (entry != null && isFresh(entry)) {
			this.counts.near();
			return Mono.just(judge(entry));
		}
		if (entry != null && inHaste) {
			this.counts.outage();
			return Mono.just(judge(entry));
		}
		Validation refusal = this.refused.getIfPresent(sha);
		if (refusal != null) {
			this.counts.near();
			return Mono.just(refusal);
		}
		return Mono.defer(() -> Mono.fromFuture(joinOrAsk(sha), true));
	}

	/** Remembers a token that was just made. */
	void remember(String sha, TokenStore.Entry entry) {
		this.refused.invalidate(sha);
		this.known.put(sha, new Known(entry, this.ticker.read()));
	}

	/** Forgets a token, because it was changed. */
	void changed(String sha) {
		this.changes.incrementAndGet();
		this.known.invalidate(sha);
		this.refused.invalidate(sha);
	}

	/** Asks after every token again, because changes may have been missed. */
	void changesMayBeMissed() {
		this.changes.incrementAndGet();
		this.believedSince = this.ticker.read();
		this.refused.invalidateAll();
	}

	/** The question under way, or a new one. It goes on when whoever asked it leaves. */
	private CompletableFuture<Validation> joinOrAsk(String sha) {
		CompletableFuture<Validation> mine = new CompletableFuture<>();
		CompletableFuture<Validation> others = this.underWay.putIfAbsent(sha, mine);
		if (others != null) {
			return others;
		}
		ask(sha).doFinally((_) -> this.underWay.remove(sha, mine))
			.subscribe(mine::complete, mine::completeExceptionally);
		return mine;
	}

	private Mono<Validation> ask(String sha) {
		long changesBefore = this.changes.get();
		return this.store.find(sha, this.known.getIfPresent(sha) != null)
			.<Validation>map((entry) -> found(sha, entry, changesBefore))
			.switchIfEmpty(Mono.fromSupplier(() -> notFound(sha, changesBefore)))
			.onErrorResume(RedisUnavailableException.class, (_) -> Mono.fromSupplier(() -> withoutRedis(sha)));
	}

	private Validation found(String sha, TokenStore.Entry entry, long changesBefore) {
		if (entry.revoked()) {
			this.counts.ended();
			return refuse(sha, ENDED, changesBefore);
		}
		this.counts.valid();
		Known current = new Known(entry, this.ticker.read());
		if (this.changes.get() == changesBefore) {
			this.known.put(sha, current);
		}
		return judge(current);
	}

	private Validation notFound(String sha, long changesBefore) {
		this.counts.unknown();
		return refuse(sha, UNKNOWN, changesBefore);
	}

	private Validation refuse(String sha, Validation refusal, long changesBefore) {
		this.known.invalidate(sha);
		if (this.changes.get() == changesBefore) {
			this.refused.put(sha, refusal);
		}
		return refusal;
	}

	private Validation withoutRedis(String sha) {
		Known last = this.known.getIfPresent(sha);
		if (last == null) {
			this.counts.unavailable();
			return UNAVAILABLE;
		}
		this.counts.outage();
		return judge(last);
	}

	private Validation judge(Known entry) {
		return entry.expires().isAfter(this.clock.instant()) ? entry.valid() : ENDED;
	}

	private boolean isFresh(Known entry) {
		long checked = entry.checked();
		return this.ticker.read() - checked < this.believedFor.toNanos() && checked - this.believedSince >= 0;
	}

	/** A token that was valid when Redis was last asked. */
	private record Known(Valid valid, Instant expires, long checked) {

		Known(TokenStore.Entry entry, long checked) {
			this(new Valid(entry.account()), entry.expires(), checked);
		}

	}

}
