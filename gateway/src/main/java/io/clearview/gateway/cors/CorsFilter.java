package io.clearview.gateway.cors;

import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import io.clearview.gateway.error.ErrorFilter;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.cors.reactive.DefaultCorsProcessor;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Answers preflights and refuses origins that are not listed. One filter for routes and
 * local endpoints alike, and its refusals carry the contract's body, which Spring's own
 * filter cannot do.
 */
@Component
final class CorsFilter implements WebFilter, Ordered {

	private final DefaultCorsProcessor processor = new DefaultCorsProcessor() {
		@Override
		protected boolean handleInternal(ServerWebExchange exchange, CorsConfiguration rules, boolean preflight) {
			return preflight ? super.handleInternal(exchange, rules, true) : CorsFilter.this.tell(exchange);
		}

		@Override
		protected void rejectRequest(ServerHttpResponse response) {
			// the refusal is written by the error filter
		}
	};

	private final CorsConfiguration configuration = new CorsConfiguration();

	private final String exposed;

	CorsFilter(CorsProperties properties) {
		this.configuration.setAllowedOriginPatterns(properties.allowedOrigins());
		this.configuration.setAllowedMethods(properties.allowedMethods());
		this.configuration.setAllowedHeaders(properties.allowedHeaders());
		this.configuration.setExposedHeaders(properties.exposedHeaders());
		this.configuration.setMaxAge(properties.maxAge());
		this.configuration.setAllowCredentials(false);
		this.exposed = String.join(", ", properties.exposedHeaders());
	}

	/**
	 * Tells the browser that its page may see the answer. That is all there is to say
	 * behind a preflight; the framework looks at every header first.
	 */
	private boolean tell(ServerWebExchange exchange) {
		String origin = this.configuration.checkOrigin(exchange.getRequest().getHeaders().getOrigin());
		if (origin == null || this.configuration.checkHttpMethod(exchange.getRequest().getMethod()) == null) {
			return false;
		}
		HttpHeaders headers = exchange.getResponse().getHeaders();
		headers.setAccessControlAllowOrigin(origin);
		if (!this.exposed.isEmpty()) {
			headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, this.exposed);
		}
		return true;
	}

	@Override
	public int getOrder() {
		return ErrorFilter.ORDER + 100;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		ServerHttpRequest request = exchange.getRequest();
		if (request.getHeaders().getFirst(HttpHeaders.ORIGIN) == null) {
			return chain.filter(exchange);
		}
		boolean allowed;
		try {
			allowed = this.processor.process(this.configuration, exchange);
		}
		catch (IllegalArgumentException _) {
			// an Origin that is no URI
			allowed = false;
		}
		if (!allowed) {
			return Mono.error(new ApiException(ErrorCode.ORIGIN_NOT_ALLOWED,
					"This origin, method or header is not allowed for requests from a browser"));
		}
		return CorsUtils.isPreFlightRequest(request) ? Mono.empty() : chain.filter(exchange);
	}

}
