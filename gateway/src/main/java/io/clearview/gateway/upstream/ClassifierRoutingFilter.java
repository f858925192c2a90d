package io.clearview.gateway.upstream;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.clearview.gateway.request.RequestBody;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpMethod;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyRoutingFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * Sends routes to {@code classifier://any} to an instance, by the framework's client. A
 * connection that was refused or timed out is tried on another instance; once an instance
 * took the connection there is no second try, because the request may have been charged.
 * <p>
 * The framework's own routing filter is not used. It leaves a connection whose answer
 * nobody has read yet to a later filter, and one whose client leaves in between is lost
 * or somebody else's by then (spring-cloud/spring-cloud-gateway#4283); and it streams
 * what is small and known.
 */
@Component
final class ClassifierRoutingFilter implements GlobalFilter, Ordered {

	private static final String SCHEME = "classifier";

	private static final int HTTP = 80;

	private static final int HTTPS = 443;

	private final Classifier classifier;

	private final Map<Instance, HttpClient> clients;

	private final ForwardedHeaders headers;

	ClassifierRoutingFilter(Classifier classifier, HttpClient client, ForwardedHeaders headers) {
		this.classifier = classifier;
		this.clients = classifier.instances()
			.stream()
			.collect(Collectors.toUnmodifiableMap(Function.identity(), (instance) -> to(instance, client)));
		this.headers = headers;
	}

	/** Knows whom it asks, so that URLs need not be taken apart with every request. */
	private static HttpClient to(Instance instance, HttpClient client) {
		URI url = instance.url();
		boolean secure = "https".equals(url.getScheme());
		int port = (url.getPort() >= 0) ? url.getPort() : (secure ? HTTPS : HTTP);
		HttpClient bound = client.host(url.getHost()).port(port);
		if (!secure) {
			return bound.noSSL();
		}
		return client.configuration().isSecure() ? bound : bound.secure();
	}

	@Override
	public int getOrder() {
		return NettyRoutingFilter.ORDER;
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
		return tryNext(exchange, pathAndQuery, List.of()).doOnNext((answer) -> answer.attachTo(exchange))
			.then(chain.filter(exchange));
	}

	private Mono<ClassifierAnswer> tryNext(ServerWebExchange exchange, String pathAndQuery, List<Instance> tried) {
		Instance instance = this.classifier.pick(tried);
		if (instance == null) {
			return Mono.error(new ClassifierUnreachableException());
		}
		return Mono.defer(() -> ask(exchange, pathAndQuery, instance))
			.onErrorResume(ClassifierRoutingFilter::neverArrived, (_) -> {
				this.classifier.refused(instance);
				List<Instance> nowTried = new ArrayList<>(tried);
				nowTried.add(instance);
				return tryNext(exchange, pathAndQuery, nowTried);
			});
	}

	private Mono<ClassifierAnswer> ask(ServerWebExchange exchange, String pathAndQuery, Instance instance) {
		Mono<ClassifierAnswer> answer = Objects.requireNonNull(this.clients.get(instance))
			.headers((own) -> this.headers.write(exchange, own))
			.request(HttpMethod.valueOf(exchange.getRequest().getMethod().name()))
			.uri(pathAndQuery)
			.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(RequestBody.of(exchange))))
			.response(ClassifierAnswer::read)
			.single();
		instance.begin();
		return answer.doOnSuccess((_) -> this.classifier.answered(instance)).doFinally((_) -> instance.end());
	}

	private static boolean neverArrived(Throwable thrown) {
		return thrown instanceof ConnectException || thrown instanceof NoRouteToHostException
				|| thrown instanceof UnknownHostException;
	}

}
