package io.clearview.gateway.correlation;

import io.clearview.gateway.context.RequestContext;
import io.clearview.kit.correlation.CorrelationIds;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Names the request, and puts on the answer what every answer carries. It is the first
 * filter and a web filter, so that refusals, unknown paths and faults are named too.
 */
@Component
final class CorrelationFilter implements WebFilter, Ordered {

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		String id = CorrelationIds.takeOrMint(exchange.getRequest().getHeaders().getFirst(Correlation.HEADER));
		RequestContext.of(exchange).setCorrelationId(id);
		StandardHeaders.set(id, exchange.getResponse().getHeaders()::set);
		return chain.filter(exchange);
	}

}
