package io.clearview.gateway.request;

import org.springframework.web.server.ServerWebExchange;

/**
 * The body of a request, read once and whole. It is a plain array and not a pooled
 * buffer: it is small, it is sent and perhaps read again, and nobody has to release it.
 */
public final class RequestBody {

	private RequestBody() {
	}

	/** The body's bytes; none before {@code BodySize} ran. Not to be changed. */
	public static byte[] of(ServerWebExchange exchange) {
		return RequestContext.of(exchange).body();
	}

}
