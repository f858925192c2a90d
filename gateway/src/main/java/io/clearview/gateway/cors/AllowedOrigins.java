package io.clearview.gateway.cors;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.server.ServerWebExchange;

/** Says which web origins may read a response. */
@Component
public final class AllowedOrigins {

	private final CorsConfiguration rules = new CorsConfiguration();

	private final String exposed;

	AllowedOrigins(CorsProperties properties) {
		this.rules.setAllowedOriginPatterns(properties.allowedOrigins());
		this.rules.setAllowedMethods(properties.allowedMethods());
		this.rules.setAllowedHeaders(properties.allowedHeaders());
		this.rules.setExposedHeaders(properties.exposedHeaders());
		this.rules.setMaxAge(properties.maxAge());
		this.rules.setAllowCredentials(false);
		this.exposed = String.join(", ", properties.exposedHeaders());
	}

	/** All rules, for preflights. */
	CorsConfiguration rules() {
		return this.rules;
	}

	/**
	 * Sets the headers by which a browser lets a page of an allowed origin read the
	 * response; of any other origin it sets none.
	 * @return whether the request has an origin that is allowed
	 */
	public boolean mayRead(ServerWebExchange exchange) {
		@Nullable String origin = this.rules.checkOrigin(exchange.getRequest().getHeaders().getOrigin());
		if (origin == null) {
			return false;
		}
		HttpHeaders headers = exchange.getResponse().getHeaders();
		headers.setAccessControlAllowOrigin(origin);
		if (!this.exposed.isEmpty()) {
			headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, this.exposed);
		}
		return true;
	}

}
