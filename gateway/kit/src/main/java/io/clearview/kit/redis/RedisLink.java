package io.clearview.kit.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.resources.LoopResources;
import reactor.util.retry.Retry;

/**
 * One multiplexed connection to a Redis server or cluster. It dials in the background
 * until it succeeds, so a service starts and runs without its Redis; meanwhile commands
 * are rejected at once. Commands that are written at about the same time leave in one
 * flush. A command is sent at most once: what was in flight when the connection broke has
 * failed.
 */
public final class RedisLink implements AutoCloseable {

	private static final Logger log = LoggerFactory.getLogger(RedisLink.class);

	private static final Duration HANDSHAKE = Duration.ofSeconds(1);

	private static final int COMMANDS_IN_FLIGHT = 16_384;

	private static final int COMMANDS_A_FLUSH = 256;

	private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

	private final ClientResources resources;

	private final AbstractRedisClient client;

	private final Mono<RedisClusterAsyncCommands<String, String>> dialled;

	private final Disposable dialling;

	private final Sinks.One<Void> firstFault = Sinks.one();

	/** Why the newest dialling failed; null while none has, and once connected. */
	private volatile @Nullable Throwable lastFault;

	private volatile @Nullable RedisClusterAsyncCommands<String, String> commands;

	/**
	 * Begins to dial.
	 * @param url where it is
	 * @param ca a PEM file of the certificate authorities that are trusted where the URL
	 * asks for TLS; null: the JVM's
	 * @param loops that serve the connection
	 */
	public RedisLink(RedisUrl url, @Nullable Path ca, LoopResources loops) {
		SslOptions tls = RedisTls.options(url.isTls(), ca);
		this.resources = ClientResources.builder()
			.eventLoopGroupProvider(new SharedEventLoops(loops))
			.commandLatencyRecorder(CommandLatencyRecorder.disabled())
			.reconnectDelay(
					() -> Delay.fullJitter(Duration.ofMillis(50), Duration.ofSeconds(1), 50, TimeUnit.MILLISECONDS))
			.nettyCustomizer(new Channels(this.channels))
			.build();
		Supplier<CompletionStage<RedisClusterAsyncCommands<String, String>>> dial;
		url.nodes().forEach((node) -> node.setTimeout(HANDSHAKE));
		if (url.cluster()) {
			RedisClusterClient clusterClient = RedisClusterClient.create(this.resources, url.nodes());
			clusterClient.setOptions(clusterOptions(tls));
			this.client = clusterClient;
			// it connects to no cluster whose masters it has not asked for before
			dial = () -> clusterClient.refreshPartitionsAsync()
				.thenCompose((_) -> clusterClient.connectAsync(StringCodec.UTF8))
				.thenApply(StatefulRedisClusterConnection::async);
		}
		else {
			RedisURI node = url.nodes().getFirst();
			RedisClient nodeClient = RedisClient.create(this.resources);
			nodeClient.setOptions(options(tls));
			this.client = nodeClient;
			dial = () -> nodeClient.connectAsync(StringCodec.UTF8, node).thenApply(StatefulRedisConnection::async);
		}
		this.dialled = Mono.fromCompletionStage(dial).doOnError((fault) -> {
			this.lastFault = fault;
			this.firstFault.tryEmitError(fault);
		})
			.retryWhen(Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(50)).maxBackoff(Duration.ofSeconds(1)))
			.doOnNext((connected) -> {
				this.commands = connected;
				this.lastFault = null;
			})
			.cache();
		this.dialling = this.dialled.subscribe();
	}

	/**
	 * The way to send commands.
	 * @throws RedisConnectionException while there has never been a connection
	 */
	public RedisClusterAsyncCommands<String, String> commands() {
		RedisClusterAsyncCommands<String, String> connected = this.commands;
		if (connected == null) {
			throw new RedisConnectionException("No connection yet");
		}
		return connected;
	}

	/**
	 * Completes when the first connection is there; errors if it cannot be made, as the
	 * newest dialling has.
	 */
	public Mono<Void> ready() {
		return Mono.defer(() -> {
			Throwable fault = this.lastFault;
			if (fault != null) {
				return Mono.error(fault);
			}
			return (this.commands != null) ? Mono.empty()
					: Mono.firstWithSignal(this.dialled.then(), this.firstFault.asMono());
		});
	}

	/**
	 * Drops the connection and dials again. A connection to a host that is gone without
	 * closing it (a crash, a fail-over behind a name) would otherwise last until TCP
	 * times out, after 15 minutes.
	 */
	public void redial() {
		this.channels.close();
	}

	/**
	 * Closes the connection, within five seconds. The client's own {@code shutdown} waits
	 * for ever if the end of a connection is never signalled, which happens with clusters
	 * (redis/lettuce#2278); its threads are daemons, so leaving them is harmless.
	 */
	@Override
	public void close() {
		this.dialling.dispose();
		try {
			this.client.shutdownAsync(0, 2, TimeUnit.SECONDS).get(2_500, TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException | ExecutionException ex) {
			log.info("Connections to Redis are left as they are: {}", ex.toString());
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
		}
		this.resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2_500);
	}

	private static ClientOptions options(SslOptions tls) {
		return ClientOptions.builder()
			.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
			.replayFilter((command) -> true)
			.requestQueueSize(COMMANDS_IN_FLIGHT)
			.sslOptions(tls)
			// the guard's time-out covers whole calls
			.timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
			.maintNotificationsConfig(MaintNotificationsConfig.disabled())
			.socketOptions(SocketOptions.builder().connectTimeout(HANDSHAKE).keepAlive(true).build())
			.build();
	}

	private static ClusterClientOptions clusterOptions(SslOptions tls) {
		return ClusterClientOptions.builder(options(tls))
			.topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
				.enableAllAdaptiveRefreshTriggers()
				.enablePeriodicRefresh(Duration.ofSeconds(30))
				.build())
			.build();
	}

	/** Collects the channels and makes each consolidate its flushes. */
	private record Channels(ChannelGroup group) implements NettyCustomizer {

		@Override
		public void afterChannelInitialized(Channel channel) {
			channel.pipeline().addFirst(new FlushConsolidationHandler(COMMANDS_A_FLUSH, true));
			this.group.add(channel);
		}

	}

}
