package io.clearview.gateway.ratelimit;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.cloud.gateway.support.GatewayToStringStyler;
import org.springframework.web.server.ServerWebExchange;

/**
 * {@code RateLimit=address}: counts a route's requests under a limit of
 * {@code clearview.limits.shared}. Takes the place of the stock
 * {@code RequestRateLimiter}, whose refusal has no body and no {@code Retry-After}.
 */
final class RateLimitGatewayFilterFactory extends AbstractGatewayFilterFactory<RateLimitGatewayFilterFactory.Config> {

	private final RateLimits limits;

	RateLimitGatewayFilterFactory(RateLimits limits) {
		super(Config.class);
		this.limits = limits;
	}

	@Override
	public List<String> shortcutFieldOrder() {
		return List.of("limit");
	}

	@Override
	public GatewayFilter apply(Config config) {
		String limit = Objects.requireNonNull(config.getLimit(), "RateLimit needs the name of a limit");
		this.limits.require(limit);
		return new GatewayFilter() {

			@Override
			public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
				return RateLimitGatewayFilterFactory.this.limits.check(exchange, limit)
					.then(Mono.defer(() -> chain.filter(exchange)));
			}

			@Override
			public String toString() {
				return GatewayToStringStyler.filterToStringCreator(RateLimitGatewayFilterFactory.this)
					.append("limit", limit)
					.toString();
			}

		};
	}

	/** The shortcut's argument. */
	static final class Config {

		private @Nullable String limit;

		@Nullable String getLimit() {
			return this.limit;
		}

		void setLimit(String limit) {
			this.limit = limit;
		}

	}

}
