package io.clearview.gateway.ratelimit;

import java.util.function.Consumer;

import io.clearview.gateway.clientip.ClientAddressResolver;
import io.clearview.gateway.cors.CorsFilter;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Stops an address that asks for anything, found or not, more often than any person
 * would, before it costs anything. Each instance counts for itself. A page of an allowed
 * origin may read the refusal.
 */
final class FloodGuard implements WebFilter, Ordered {

	/**
	 * After the filters that name a request and shape its errors, and before the one that
	 * answers preflights and refuses origins: both are counted.
	 */
	static final int ORDER = CorsFilter.ORDER - 50;

	static final String NAME = "flood";

	private final LocalBuckets buckets;

	private final ClientAddressResolver addresses;

	private final DecisionMetrics metrics;

	private final Consumer<ServerWebExchange> onRefusal;

	FloodGuard(LocalBuckets buckets, ClientAddressResolver addresses, Consumer<ServerWebExchange> onRefusal,
			DecisionMetrics metrics) {
		this.buckets = buckets;
		this.addresses = addresses;
		this.onRefusal = onRefusal;
		this.metrics = metrics;
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		Decision decision = this.buckets.take(this.addresses.resolve(exchange).limitKey());
		this.metrics.count(decision);
		decision.describe(exchange.getResponse().getHeaders());
		if (decision.allowed()) {
			return chain.filter(exchange);
		}
		this.onRefusal.accept(exchange);
		return Mono.error(RateLimits.refusal(decision.pause()));
	}

}
