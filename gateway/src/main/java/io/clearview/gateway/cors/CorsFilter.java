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
public final class CorsFilter implements WebFilter, Ordered {

	/** Right behind the filter that shapes errors, and the flood guard. */
	public static final int ORDER = ErrorFilter.ORDER + 100;

	private final DefaultCorsProcessor processor = new DefaultCorsProcessor() {
		@Override
		protected boolean handleInternal(ServerWebExchange exchange, CorsConfiguration rules, boolean preflight) {
			return preflight ? super.handleInternal(exchange, rules, true) : CorsFilter.this.mayRead(exchange);
		}

		@Override
		protected void rejectRequest(ServerHttpResponse response) {
			// the refusal is written by the error filter
		}
	};

	private final AllowedOrigins origins;

	CorsFilter(AllowedOrigins origins) {
		this.origins = origins;
	}

	/**
	 * Tells the browser that its page may read the response. That is all there is to say
	 * behind a preflight; the framework looks at every header first.
	 */
	private boolean mayRead(ServerWebExchange exchange) {
		return this.origins.rules().checkHttpMethod(exchange.getRequest().getMethod()) != null
				&& this.origins.mayRead(exchange);
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		ServerHttpRequest request = exchange.getRequest();
		if (request.getHeaders().getFirst(HttpHeaders.ORIGIN) == null) {
			return chain.filter(exchange);
		}
		boolean allowed;
		try {
			allowed = this.processor.process(this.origins.rules(), exchange);
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
