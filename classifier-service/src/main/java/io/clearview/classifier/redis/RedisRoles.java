package io.clearview.classifier.redis;

import io.clearview.classifier.redis.RedisProperties.Role;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.publisher.Mono;

/** Opens and closes what both roles stand on. */
final class RedisRoles implements AutoCloseable {

	private final RedisLink stateLink;

	private final RedisLink cacheLink;

	private final Redis state;

	private final Redis cache;

	RedisRoles(RedisProperties properties, MeterRegistry meters) {
		this.stateLink = link(properties.state());
		this.cacheLink = properties.cache().equals(properties.state()) ? this.stateLink : link(properties.cache());
		this.state = role("state", this.stateLink, properties, meters);
		this.cache = role("cache", this.cacheLink, properties, meters);
	}

	Redis state() {
		return this.state;
	}

	Redis cache() {
		return this.cache;
	}

	@Override
	public void close() {
		this.state.guard().close();
		this.cache.guard().close();
		this.stateLink.close();
		if (this.cacheLink != this.stateLink) {
			this.cacheLink.close();
		}
	}

	private static RedisLink link(Role role) {
		return new RedisLink(role.url(), role.cluster());
	}

	private static Redis role(String name, RedisLink link, RedisProperties properties, MeterRegistry meters) {
		Mono<?> ping = Mono.fromCompletionStage(() -> link.commands().ping());
		RedisGuard guard = new RedisGuard(name, properties.timeout(), properties.probe(), ping, link::redial, meters);
		if (!link.await(properties.startup())) {
			guard.open();
		}
		return new Redis(link, guard);
	}

}
