package io.clearview.gateway.upstream;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.clearview.gateway.context.ClassifierResponse;
import io.clearview.gateway.context.RequestContext;
import io.netty.buffer.Unpooled;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.HttpMethod;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.PrematureCloseException;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyRoutingFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * Sends routes to {@code classifier://any} to an instance, by the framework's client.
 * <ul>
 * <li>A connection that was refused or timed out is tried on another instance. When all
 * refuse, as while the only one is replaced, the request waits a moment and tries again.
 * <li>A connection that closes as the request is sent, before anything came back, was
 * idle and closed by the other side at the same moment: the request is sent once more.
 * <li>Otherwise an instance that took the connection is the only one, because the request
 * may have been charged.
 * </ul>
 * The framework's own routing filter is not used. It leaves a connection whose response
 * nobody has read yet to a later filter, and one whose client leaves in between is lost
 * or somebody else's by then (spring-cloud/spring-cloud-gateway#4283); and it streams
 * what is small and known.
 */
@Component
final class ClassifierRoutingFilter implements GlobalFilter, Ordered {

	private static final String SCHEME = "classifier";

	/** How long all instances may refuse connections before requests stop waiting. */
	private static final long RESTART_NANOS = Duration.ofSeconds(1).toNanos();

	/** Pauses before another round of connection attempts, 775 ms in total. */
	private static final List<Duration> PAUSES = List.of(Duration.ofMillis(25), Duration.ofMillis(50),
			Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(400));

	/**
	 * A connection that closes later than this was not idle when the request was sent.
	 */
	private static final long RACE_NANOS = Duration.ofMillis(100).toNanos();

	private static final int QUERY_LENGTH = 1024;

	private final Classifier classifier;

	private final HttpClient client;

	private final ForwardedHeaders headers;

	ClassifierRoutingFilter(Classifier classifier, HttpClient client, ForwardedHeaders headers) {
		this.classifier = classifier;
		// the client's own second try knows nothing of instances
		this.client = client.disableRetry(true);
		this.headers = headers;
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
		// no query means anything to the classifier, and its request line is bounded
		String pathAndQuery = (query != null && query.length() <= QUERY_LENGTH) ? url.getRawPath() + "?" + query
				: url.getRawPath();
		return new Call(exchange, pathAndQuery).response()
			.doOnNext(RequestContext.of(exchange)::setClassifierResponse)
			.then(chain.filter(exchange));
	}

	/** Whether no connection came about. */
	static boolean isRefused(Throwable thrown) {
		return thrown instanceof ConnectException || thrown instanceof NoRouteToHostException
				|| thrown instanceof UnknownHostException;
	}

	private static boolean isClosed(Throwable thrown) {
		return thrown instanceof PrematureCloseException || thrown instanceof AbortedException
				|| AbortedException.isConnectionReset(thrown);
	}

	/** One request on its way to an instance. Its signals order all access. */
	private final class Call {

		private final ServerWebExchange exchange;

		private final String pathAndQuery;

		private final List<Instance> tried = new ArrayList<>(2);

		private int pauses;

		private boolean resent;

		private boolean headReceived;

		Call(ServerWebExchange exchange, String pathAndQuery) {
			this.exchange = exchange;
			this.pathAndQuery = pathAndQuery;
		}

		Mono<ClassifierResponse> response() {
			return Mono.defer(this::attempt);
		}

		private Mono<ClassifierResponse> attempt() {
			Classifier instances = ClassifierRoutingFilter.this.classifier;
			for (Instance instance = instances.pick(this.tried); instance != null; instance = instances
				.pick(this.tried)) {
				Instance.Use use = instance.begin();
				if (use != null) {
					return send(use);
				}
			}
			if (this.pauses < PAUSES.size() && instances.isRestarting(RESTART_NANOS)) {
				this.tried.clear();
				return Mono.delay(PAUSES.get(this.pauses++)).then(response());
			}
			return Mono.error(new ClassifierUnreachableException());
		}

		private Mono<ClassifierResponse> send(Instance.Use use) {
			long started = System.nanoTime();
			return exchangeWith(use.instance()).doFinally((_) -> use.end())
				.onErrorResume((thrown) -> afterFailure(use.instance(), thrown, started));
		}

		private Mono<ClassifierResponse> exchangeWith(Instance instance) {
			Classifier instances = ClassifierRoutingFilter.this.classifier;
			return instance.client(ClassifierRoutingFilter.this.client)
				.headers((own) -> ClassifierRoutingFilter.this.headers.write(this.exchange, own))
				.doOnRequest((_, _) -> instances.connected(instance))
				.request(HttpMethod.valueOf(this.exchange.getRequest().getMethod().name()))
				.uri(this.pathAndQuery)
				.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(RequestContext.of(this.exchange).body())))
				.response((head, content) -> {
					this.headReceived = true;
					return ResponseReader.read(head, content);
				})
				.single()
				.doOnSuccess((_) -> instances.responded(instance));
		}

		private Mono<ClassifierResponse> afterFailure(Instance instance, Throwable thrown, long started) {
			Classifier instances = ClassifierRoutingFilter.this.classifier;
			if (isRefused(thrown)) {
				if (thrown instanceof ConnectTimeoutException) {
					instances.unreachable(instance);
				}
				else {
					instances.refused(instance);
				}
				this.tried.add(instance);
				return response();
			}
			if (isClosed(thrown) && !this.resent && !this.headReceived && System.nanoTime() - started < RACE_NANOS) {
				this.resent = true;
				return response();
			}
			return Mono.error(thrown);
		}

	}

}
