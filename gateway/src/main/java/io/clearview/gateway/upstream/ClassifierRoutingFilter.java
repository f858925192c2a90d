package io.clearview.gateway.upstream;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.RouteToRequestUrlFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * Sends routes to {@code classifier://any} to an instance. A connection that was refused
 * or timed out is tried on another instance; once an instance took the connection there
 * is no second try, because the request may have been charged.
 */
@Component
final class ClassifierRoutingFilter implements GlobalFilter, Ordered {

	static final String SCHEME = "classifier";

	private final Classifier classifier;

	ClassifierRoutingFilter(Classifier classifier) {
		this.classifier = classifier;
	}

	/** Where the framework's own filters put a URL together. */
	@Override
	public int getOrder() {
		return RouteToRequestUrlFilter.ROUTE_TO_URL_FILTER_ORDER;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		Route route = exchange.getRequiredAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
		if (!SCHEME.equals(route.getUri().getScheme())) {
			return chain.filter(exchange);
		}
		URI url = exchange.getRequest().getURI();
		String query = url.getRawQuery();
		String pathAndQuery = (query != null) ? url.getRawPath() + "?" + query : url.getRawPath();
		return tryNext(exchange, chain, pathAndQuery, List.of());
	}

	private Mono<Void> tryNext(ServerWebExchange exchange, GatewayFilterChain chain, String pathAndQuery,
			List<Instance> tried) {
		Instance instance = this.classifier.pick(tried);
		if (instance == null) {
			return Mono.error(new ClassifierUnreachableException());
		}
		exchange.getAttributes().put(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR, instance.resolve(pathAndQuery));
		return Mono.defer(() -> ask(exchange, chain, instance))
			.onErrorResume(ClassifierRoutingFilter::neverArrived, (_) -> {
				this.classifier.refused(instance);
				exchange.getAttributes().remove(ServerWebExchangeUtils.GATEWAY_ALREADY_ROUTED_ATTR);
				List<Instance> nowTried = new ArrayList<>(tried);
				nowTried.add(instance);
				return tryNext(exchange, chain, pathAndQuery, nowTried);
			});
	}

	private Mono<Void> ask(ServerWebExchange exchange, GatewayFilterChain chain, Instance instance) {
		instance.begin();
		return chain.filter(exchange)
			.then(Mono.defer(() -> ClassifierAnswer.read(exchange)))
			.doOnCancel(() -> ClassifierAnswer.cancelled(exchange))
			.doOnSuccess((_) -> this.classifier.answered(instance))
			.doFinally((_) -> instance.end());
	}

	private static boolean neverArrived(Throwable thrown) {
		return thrown instanceof ConnectException || thrown instanceof NoRouteToHostException
				|| thrown instanceof UnknownHostException;
	}

}
