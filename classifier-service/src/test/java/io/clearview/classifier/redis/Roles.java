package io.clearview.classifier.redis;

import java.time.Duration;

import io.clearview.classifier.redis.RedisProperties.Role;
import io.clearview.kit.redis.Redis;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.netty.tcp.TcpResources;

/** The Redis roles of one service instance, without Spring. */
public final class Roles implements AutoCloseable {

	private final RedisRoles roles;

	private Roles(RedisRoles roles) {
		this.roles = roles;
	}

	/** With the time-outs of production. */
	public static Roles of(TestRedis state, TestRedis cache, MeterRegistry meters) {
		return of(state, cache, Duration.ofMillis(50), meters);
	}

	/** With a time-out for tests that must not mistake a slow machine for an outage. */
	public static Roles of(TestRedis state, TestRedis cache, Duration timeout, MeterRegistry meters) {
		return new Roles(new RedisRoles(new RedisProperties(new Role(state.url(), false), new Role(cache.url(), false),
				timeout, Duration.ofMillis(50), Duration.ofSeconds(2), null), meters, TcpResources.get()));
	}

	public Redis state() {
		return this.roles.state();
	}

	public Redis cache() {
		return this.roles.cache();
	}

	@Override
	public void close() {
		this.roles.close();
	}

}
