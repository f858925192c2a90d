package io.clearview.gateway.token;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.clearview.gateway.server.Draining;
import io.clearview.gateway.token.Revocations.Revocation;
import io.clearview.kit.redis.RedisGuard;
import io.clearview.kit.redis.RedisUnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.connection.ReactiveSubscription.Message;
import org.springframework.data.redis.connection.SubscriptionListener;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.ReactiveRedisMessageListenerContainer;
import org.springframework.data.redis.serializer.RedisSerializationContext.SerializationPair;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.stereotype.Component;

/**
 * Keeps this instance's copies of the shared lists up to date: revocations, and the
 * filter of adopted tokens. They are read at start, extended by each message of the
 * channel, and read again whenever their version, compared every two seconds, is another
 * one than the messages explain. So neither a silent subscription nor a missing right to
 * subscribe delays a revocation by more than five seconds. While Redis is unavailable the
 * copies stay. Revocations that Redis lost, in a fail-over for instance, are written
 * back.
 */
@Component
final class TokenChanges implements SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(TokenChanges.class);

	private static final SerializationPair<String> TEXT = SerializationPair.fromSerializer(RedisSerializer.string());

	private static final Duration FIRST_LOAD = Duration.ofSeconds(10);

	/** No version: the next comparison reads what Redis holds. */
	private static final long UNKNOWN = -1;

	private static final Pattern MESSAGE = Pattern
		.compile("([0-9]{1,18}) ([0-9]{1,18}) ([a-z]{1,20}) ([0-9a-f]{64}) ([0-9]{1,15})");

	private final ReactiveRedisConnectionFactory connections;

	private final Tokens tokens;

	private final TokenStore store;

	private final Revocations revocations;

	private final AdoptedFilter adopted;

	private final AccountArchive archive;

	private final RedisGuard guard;

	private final Duration every;

	private final Clock clock;

	private final AtomicBoolean missingRightLogged = new AtomicBoolean();

	private volatile long changes = UNKNOWN;

	private volatile long adoptions = UNKNOWN;

	private volatile @Nullable Disposable running;

	TokenChanges(ReactiveRedisConnectionFactory connections, Tokens tokens, TokenStore store, Revocations revocations,
			AdoptedFilter adopted, AccountArchive archive, RedisGuard guard, TokenProperties properties, Clock clock) {
		this.clock = clock;
		this.connections = connections;
		this.tokens = tokens;
		this.store = store;
		this.revocations = revocations;
		this.adopted = adopted;
		this.archive = archive;
		this.guard = guard;
		this.every = properties.sync();
		guard.onRecovery(tokens::changesMayBeMissed);
	}

	/** Works until the server has ended its last request. */
	@Override
	public int getPhase() {
		return Draining.BEHIND_SERVER;
	}

	@Override
	public void start() {
		if (this.guard.isUp()) {
			compare().timeout(FIRST_LOAD).onErrorComplete().block();
		}
		Disposable listening = Flux.defer(this::listen)
			.subscribeOn(Schedulers.boundedElastic())
			.doOnError(this::logMissingRight)
			.retryWhen(Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(100)).maxBackoff(Duration.ofSeconds(1)))
			.repeat()
			.subscribe((message) -> heard(message.getMessage()));
		Disposable comparing = Flux.interval(this.every)
			.onBackpressureDrop()
			.concatMap((_) -> compare(), 1)
			.subscribe();
		this.running = Disposables.composite(listening, comparing);
	}

	/** Compares versions, and reads what differs. Never errors. */
	Mono<Void> compare() {
		return this.store.versions()
			.flatMap((now) -> readRevocations(now.changes())
				.then(this.archive.listsAreComplete(now.since()) ? readFilter(now.adopted()) : Mono.empty()))
			.onErrorResume(RedisUnavailableException.class, (_) -> Mono.empty())
			.onErrorResume((fault) -> {
				log.warn("The list of revocations cannot be read ({}); the last one holds",
						fault.getClass().getSimpleName());
				return Mono.empty();
			});
	}

	private Mono<Void> readRevocations(long version) {
		if (version == this.changes) {
			return Mono.empty();
		}
		return this.store.revocations().flatMap((list) -> {
			List<Revocation> lost = this.revocations.merge(list, this.clock.instant());
			this.tokens.changesMayBeMissed();
			return restore(lost).doOnSuccess((_) -> this.changes = lost.isEmpty() ? version : UNKNOWN)
				.onErrorResume(IllegalStateException.class, (full) -> {
					log.warn("redis-state had lost {} revocations; they hold on this gateway only: {}", lost.size(),
							full.getMessage());
					this.changes = version;
					return Mono.empty();
				});
		});
	}

	/** When it fails, it is tried again at the next comparison. */
	private Mono<Void> restore(List<Revocation> lost) {
		return lost.isEmpty() ? Mono.empty() : this.store.restore(lost).doOnNext((added) -> {
			if (added > 0) {
				log.warn("redis-state had lost {} revocations; they were written back", added);
			}
		}).then();
	}

	private Mono<Void> readFilter(long version) {
		if (version == this.adoptions) {
			return Mono.empty();
		}
		return this.store.filter().doOnNext((bytes) -> {
			this.adopted.load(bytes);
			this.adoptions = version;
		}).then();
	}

	/** Applies a message, see {@link TokenStore#CHANGES}. */
	private void heard(String message) {
		Matcher parts = MESSAGE.matcher(message);
		if (!parts.matches()) {
			return;
		}
		long version = Long.parseLong(parts.group(1));
		long before = Long.parseLong(parts.group(2));
		String kind = parts.group(3);
		String user = parts.group(4);
		if (kind.equals(TokenStore.ADOPTED)) {
			this.adopted.add(user);
			this.adoptions = (before == this.adoptions) ? version : UNKNOWN;
		}
		else {
			if (kind.equals("revoked")) {
				this.revocations.add(user, Instant.ofEpochMilli(Long.parseLong(parts.group(5))));
			}
			this.changes = (before == this.changes) ? version : UNKNOWN;
		}
		this.tokens.changed(user);
	}

	private Flux<? extends Message<String, String>> listen() {
		return Flux.usingWhen(Mono.fromSupplier(() -> new ReactiveRedisMessageListenerContainer(this.connections)),
				(container) -> container.receive(List.of(ChannelTopic.of(TokenStore.CHANGES)), TEXT, TEXT,
						new SubscriptionListener() {
							@Override
							public void onChannelSubscribed(byte[] channel, long count) {
								TokenChanges.this.tokens.changesMayBeMissed();
							}
						}),
				ReactiveRedisMessageListenerContainer::destroyLater);
	}

	private void logMissingRight(Throwable fault) {
		for (Throwable each = fault; each != null; each = each.getCause()) {
			if (String.valueOf(each.getMessage()).contains("NOPERM")
					&& this.missingRightLogged.compareAndSet(false, true)) {
				log.warn("The Redis user may not subscribe: it lacks the right &{}. Revocations and tiers are "
						+ "compared every {} ms instead", TokenStore.CHANGES, this.every.toMillis());
			}
		}
	}

	@Override
	public void stop() {
		Disposable subscription = this.running;
		if (subscription != null) {
			subscription.dispose();
			this.running = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.running != null;
	}

}
