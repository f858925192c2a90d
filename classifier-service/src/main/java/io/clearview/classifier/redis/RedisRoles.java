package io.clearview.classifier.redis;

import java.nio.file.Path;

import io.clearview.classifier.redis.RedisProperties.Role;
import io.clearview.kit.redis.Redis;
import io.clearview.kit.redis.RedisGuard;
import io.clearview.kit.redis.RedisLink;
import io.clearview.kit.redis.RedisMemory;
import io.clearview.kit.redis.RedisUrl;
import io.clearview.kit.telemetry.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

import org.springframework.context.SmartLifecycle;
import org.springframework.http.client.ReactorResourceFactory;

/**
 * Opens and closes what both roles stand on. As a bean it ends just before the event
 * loops, which its connections need for closing.
 */
final class RedisRoles implements AutoCloseable, SmartLifecycle {

	/** The phase of Spring's event loops. */
	private static final int LOOPS = new ReactorResourceFactory().getPhase();

	private volatile boolean open = true;

	private final RedisLink stateLink;

	private final RedisLink cacheLink;

	private final Redis state;

	private final Redis cache;

	private final Disposable memory;

	RedisRoles(RedisProperties properties, MeterRegistry meters, LoopResources loops) {
		this.stateLink = link(properties.state(), properties.ca(), loops);
		this.cacheLink = properties.cache().equals(properties.state()) ? this.stateLink
				: link(properties.cache(), properties.ca(), loops);
		this.state = role("state", this.stateLink, properties, meters);
		this.cache = role("cache", this.cacheLink, properties, meters);
		this.memory = Disposables.composite(new RedisMemory(this.state, "state", meters),
				new RedisMemory(this.cache, "cache", meters));
	}

	Redis state() {
		return this.state;
	}

	Redis cache() {
		return this.cache;
	}

	/** Everything was opened when it was made. */
	@Override
	public void start() {
	}

	@Override
	public void stop() {
		close();
	}

	@Override
	public boolean isRunning() {
		return this.open;
	}

	@Override
	public int getPhase() {
		return LOOPS + 1;
	}

	@Override
	public void close() {
		if (!this.open) {
			return;
		}
		this.open = false;
		this.memory.dispose();
		this.state.guard().close();
		this.cache.guard().close();
		this.stateLink.close();
		if (this.cacheLink != this.stateLink) {
			this.cacheLink.close();
		}
	}

	private static RedisLink link(Role role, @Nullable Path ca, LoopResources loops) {
		return new RedisLink(RedisUrl.of(role.url(), role.cluster()), ca, loops);
	}

	private static Redis role(String name, RedisLink link, RedisProperties properties, MeterRegistry meters) {
		Mono<?> probe = link.ready().then(Redis.probe(link::commands, "probe:classifier-" + name));
		RedisGuard guard = new RedisGuard(name, properties.times(), probe, link::redial, meters, Tracing.NOOP);
		guard.start();
		return new Redis(link, guard);
	}

}
