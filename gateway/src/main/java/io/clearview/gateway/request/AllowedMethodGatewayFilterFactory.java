package io.clearview.gateway.request;

import java.util.List;
import java.util.Set;

import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;

/**
 * {@code AllowedMethod=POST}: any other method is 405 and told which one is right. A
 * {@code Method} predicate would make it 404, as if the path did not exist.
 */
@Component
final class AllowedMethodGatewayFilterFactory
		extends AbstractGatewayFilterFactory<AllowedMethodGatewayFilterFactory.Config> {

	AllowedMethodGatewayFilterFactory() {
		super(Config.class);
	}

	@Override
	public List<String> shortcutFieldOrder() {
		return List.of("method");
	}

	@Override
	public GatewayFilter apply(Config config) {
		HttpMethod allowed = config.getMethod();
		return (exchange, chain) -> {
			HttpMethod method = exchange.getRequest().getMethod();
			if (method.equals(allowed)) {
				return chain.filter(exchange);
			}
			exchange.getResponse().getHeaders().setAllow(Set.of(allowed, HttpMethod.OPTIONS));
			return Mono.error(new ApiException(ErrorCode.METHOD_NOT_ALLOWED,
					"Method must be %s, not %s".formatted(allowed, method)));
		};
	}

	/** The shortcut's argument. */
	static final class Config {

		private HttpMethod method = HttpMethod.GET;

		HttpMethod getMethod() {
			return this.method;
		}

		void setMethod(HttpMethod method) {
			this.method = method;
		}

	}

}
