package io.clearview.gateway.request;

import org.jspecify.annotations.Nullable;

import org.springframework.web.server.ServerWebExchange;

/**
 * The body of a request, read once and whole. It is a plain array and not a pooled
 * buffer: it is small, it is sent and perhaps read again, and nobody has to release it.
 */
public final class RequestBody {

	static final String ATTRIBUTE = RequestBody.class.getName();

	private static final byte[] NONE = new byte[0];

	private RequestBody() {
	}

	/** The body's bytes; none before {@code BodySize} ran. Not to be changed. */
	public static byte[] of(ServerWebExchange exchange) {
		@Nullable Object body = exchange.getAttributes().get(ATTRIBUTE);
		return (body instanceof byte[] bytes) ? bytes : NONE;
	}

}
