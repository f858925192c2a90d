package io.clearview.gateway.context;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * The classifier's response, or what stands for it: whole, before any of it is passed on.
 * It is small; so a response that breaks off or stalls can still be replaced by another,
 * a client that reads slowly or leaves keeps no connection to the classifier, and what
 * goes out is one message in one piece.
 * <p>
 * Of its headers a client sees those kept here. The others are either the gateway's own
 * (correlation, security, CORS) and must not appear twice, or nobody's business.
 *
 * @param statusCode the HTTP status
 * @param contentType the header's value; null when it has none
 * @param retryAfter the header's value; null when it has none
 * @param awaited whether the classifier had to wait for the model
 * @param body not to be changed
 */
@SuppressWarnings("ArrayRecordComponent")
public record ClassifierResponse(int statusCode, @Nullable String contentType, @Nullable String retryAfter,
		boolean awaited, byte[] body) {

	/**
	 * A response that the gateway makes itself.
	 * @param json the body, not to be changed afterwards
	 */
	public static ClassifierResponse instead(byte[] json) {
		return new ClassifierResponse(HttpStatus.OK.value(), MediaType.APPLICATION_JSON_VALUE, null, false, json);
	}

	/** Its HTTP status. */
	public HttpStatusCode status() {
		return HttpStatusCode.valueOf(this.statusCode);
	}

	/** Whether it has a body that is declared as JSON. */
	public boolean isJson() {
		return this.body.length > 0 && this.contentType != null
				&& this.contentType.startsWith(MediaType.APPLICATION_JSON_VALUE);
	}

	/** Passes it on. */
	public Mono<Void> write(ServerWebExchange exchange) {
		if (this.awaited) {
			RequestContext.of(exchange).report().modelAwaited();
		}
		ServerHttpResponse response = exchange.getResponse();
		response.setStatusCode(status());
		HttpHeaders headers = response.getHeaders();
		if (this.contentType != null) {
			headers.set(HttpHeaders.CONTENT_TYPE, this.contentType);
		}
		if (this.retryAfter != null) {
			headers.set(HttpHeaders.RETRY_AFTER, this.retryAfter);
		}
		headers.setContentLength(this.body.length);
		return response.writeWith(Mono.just(response.bufferFactory().wrap(this.body)));
	}

}
