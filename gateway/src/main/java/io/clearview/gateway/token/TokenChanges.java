package io.clearview.gateway.token;

import java.time.Duration;
import java.util.List;

import io.clearview.kit.redis.RedisGuard;
import io.clearview.gateway.server.Draining;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
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
 * Hears of revoked tokens and changed tiers from the whole fleet. Whenever it starts to
 * listen, again or for the first time, something may have been missed before, and every
 * token is asked after again; while it cannot listen, entries age out.
 */
@Component
final class TokenChanges implements SmartLifecycle {

	private static final SerializationPair<String> TEXT = SerializationPair.fromSerializer(RedisSerializer.string());

	private final ReactiveRedisConnectionFactory connections;

	private final Tokens tokens;

	private volatile @Nullable Disposable listening;

	TokenChanges(ReactiveRedisConnectionFactory connections, Tokens tokens, RedisGuard guard) {
		this.connections = connections;
		this.tokens = tokens;
		guard.onRecovery(tokens::changesMayBeMissed);
	}

	/** Works until the server has ended its last request. */
	@Override
	public int getPhase() {
		return Draining.BEHIND_SERVER;
	}

	@Override
	public void start() {
		this.listening = Flux.defer(this::listen)
			.subscribeOn(Schedulers.boundedElastic())
			.retryWhen(Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(100)).maxBackoff(Duration.ofSeconds(1)))
			.repeat()
			.subscribe((message) -> this.tokens.changed(message.getMessage()));
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

	@Override
	public void stop() {
		Disposable subscription = this.listening;
		if (subscription != null) {
			subscription.dispose();
			this.listening = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.listening != null;
	}

}
