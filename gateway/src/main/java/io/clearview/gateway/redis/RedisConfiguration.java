package io.clearview.gateway.redis;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.clearview.kit.redis.Redis;
import io.clearview.kit.redis.RedisGuard;
import io.clearview.kit.redis.RedisMemory;
import io.clearview.kit.redis.RedisTls;
import io.clearview.kit.redis.SharedEventLoops;
import io.clearview.kit.telemetry.Tracing;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.NettyCustomizer;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientConfigurationBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.http.client.ReactorResourceFactory;

/**
 * The connections to redis-state: they refuse commands while there is no server, come
 * back within a second, and hold a bounded number of commands. Commands that are written
 * at about the same time leave in one flush.
 */
@Configuration(proxyBeanMethods = false)
class RedisConfiguration {

	private static final Duration HANDSHAKE = Duration.ofSeconds(1);

	private static final int COMMANDS_IN_FLIGHT = 16_384;

	private static final int COMMANDS_A_FLUSH = 256;

	/** Written to see whether Redis takes writes; it may not, and still answer a ping. */
	private static final String PROBE_KEY = "probe:{gateway}";

	private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

	@Bean
	LettuceClientConfigurationBuilderCustomizer boundedCommands(RedisTimeoutProperties settings) {
		// The guard's time-out decides; this one ends what it cannot see.
		return (client) -> client.commandTimeout(HANDSHAKE.plus(settings.longTimeout()));
	}

	@Bean
	LettuceClientOptionsBuilderCustomizer refuseWhileDisconnected(RedisTimeoutProperties settings,
			@Value("${spring.data.redis.url:}") String url,
			@Value("${spring.data.redis.ssl.enabled:false}") boolean ssl) {
		SslOptions trusted = RedisTls.options(ssl || url.startsWith("rediss"), settings.ca());
		return (options) -> options.sslOptions(trusted)
			.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
			.replayFilter((command) -> true)
			.requestQueueSize(COMMANDS_IN_FLIGHT)
			.socketOptions(SocketOptions.builder().connectTimeout(HANDSHAKE).keepAlive(true).build());
	}

	@Bean
	ClientResourcesBuilderCustomizer sharedLoops(ObjectProvider<ReactorResourceFactory> reactor) {
		return (resources) -> reactor.ifAvailable(
				(factory) -> resources.eventLoopGroupProvider(new SharedEventLoops(factory.getLoopResources())));
	}

	/**
	 * Closing a connection needs its event loop, and waits for ever if there is none any
	 * more. Both ends would otherwise be reached in any order.
	 */
	@Bean
	static BeanPostProcessor connectionsCloseBeforeTheirLoops() {
		int loops = new ReactorResourceFactory().getPhase();
		return new BeanPostProcessor() {
			@Override
			public Object postProcessBeforeInitialization(Object bean, String name) {
				if (bean instanceof LettuceConnectionFactory connections) {
					connections.setPhase(loops + 1);
				}
				return bean;
			}
		};
	}

	@Bean
	ClientResourcesBuilderCustomizer quickReconnect() {
		return (resources) -> resources
			.reconnectDelay(
					() -> Delay.fullJitter(Duration.ofMillis(50), Duration.ofSeconds(1), 50, TimeUnit.MILLISECONDS))
			.nettyCustomizer(new NettyCustomizer() {
				@Override
				public void afterChannelInitialized(Channel channel) {
					channel.pipeline().addFirst(new FlushConsolidationHandler(COMMANDS_A_FLUSH, true));
					RedisConfiguration.this.channels.add(channel);
				}
			});
	}

	@Bean
	CommandConnection commandConnection(LettuceConnectionFactory connections) {
		return new CommandConnection(connections);
	}

	@Bean
	Redis redis(CommandConnection connection, RedisGuard guard) {
		return new Redis(connection::commands, guard);
	}

	@Bean(destroyMethod = "dispose")
	RedisMemory redisMemory(Redis redis, MeterRegistry meters) {
		return new RedisMemory(redis, "state", meters);
	}

	@Bean(initMethod = "start", destroyMethod = "close")
	RedisGuard redisGuard(RedisTimeoutProperties settings, CommandConnection connection,
			ReactiveStringRedisTemplate redis, MeterRegistry meters, ObjectProvider<Tracing> tracing) {
		// Making the very first connections blocks, hence the scheduler. Both are made
		// before the first answer, which comes on an event loop.
		Mono<?> probe = Mono.fromRunnable(connection::connect)
			.then(Mono.defer(() -> redis.opsForValue().set(PROBE_KEY, "1", Duration.ofMinutes(1))))
			.then(Redis.probe(connection::commands, PROBE_KEY))
			.subscribeOn(Schedulers.boundedElastic());
		return new RedisGuard("state", settings.times(), probe, this.channels::close, meters,
				tracing.getIfAvailable(() -> Tracing.NOOP));
	}

}
