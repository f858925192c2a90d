package io.clearview.gateway.ratelimit;

import io.clearview.gateway.clientip.ClientAddressResolver;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Stops an address that asks for anything, found or not, more often than any person
 * would, before it costs anything. Each instance counts for itself.
 */
final class FloodGuard implements WebFilter, Ordered {

	/** After the filters that name a request, shape its errors and answer preflights. */
	static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 300;

	static final String NAME = "flood";

	private final LocalBuckets buckets;

	private final ClientAddressResolver addresses;

	private final DecisionMetrics metrics;

	FloodGuard(LocalBuckets buckets, ClientAddressResolver addresses, DecisionMetrics metrics) {
		this.buckets = buckets;
		this.addresses = addresses;
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
		return decision.allowed() ? chain.filter(exchange) : Mono.error(RateLimits.refusal(decision.pause()));
	}

}
