package io.clearview.gateway.request;

import java.util.function.Function;

import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * Remembers Reactor's context where routes begin. An operator that asks for it asks the
 * one behind it, and so on to the last of all: some thirty, for each time-out, each
 * cancellation and each deferred step of a request. From here on it is known.
 */
@Component
final class RememberedContext implements GlobalFilter, Ordered {

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		return chain.filter(exchange).contextWrite(Function.identity());
	}

}
