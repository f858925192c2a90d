package io.clearview.gateway.upstream;

import java.io.ByteArrayOutputStream;

import io.clearview.gateway.telemetry.RequestReport;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * The classifier's answer, or what stands for it: whole, before any of it is passed on.
 * It is small; so an answer that breaks off or stalls can still be replaced by another, a
 * client that reads slowly or leaves keeps no connection to the classifier, and what goes
 * out is one message in one piece.
 * <p>
 * Of its headers a client sees those kept here. The others are either the gateway's own
 * (correlation, security, CORS) and must not appear twice, or nobody's business.
 */
public final class ClassifierAnswer {

	private static final String ATTRIBUTE = ClassifierAnswer.class.getName();

	/** Stands in an answer that had to wait for the model. */
	private static final String AWAITED = "X-ClearView-Model-Awaited";

	/** Several times what the largest request can be answered with. */
	private static final int LARGEST = 1 << 20;

	private final int status;

	private final @Nullable String contentType;

	private final @Nullable String retryAfter;

	private final boolean awaited;

	private final byte[] body;

	private ClassifierAnswer(int status, @Nullable String contentType, @Nullable String retryAfter, boolean awaited,
			byte[] body) {
		this.status = status;
		this.contentType = contentType;
		this.retryAfter = retryAfter;
		this.awaited = awaited;
		this.body = body;
	}

	/**
	 * An answer that the gateway gives itself.
	 * @param json the body, not to be changed afterwards
	 */
	public static ClassifierAnswer instead(byte[] json) {
		return new ClassifierAnswer(HttpStatus.OK.value(), MediaType.APPLICATION_JSON_VALUE, null, false, json);
	}

	/** Reads it to its end. Errors when it breaks off or is too large. */
	static Mono<ClassifierAnswer> read(HttpClientResponse head, ByteBufFlux content) {
		io.netty.handler.codec.http.HttpHeaders headers = head.responseHeaders();
		return content.asByteArray()
			.collect(ByteArrayOutputStream::new, ClassifierAnswer::add)
			.map((body) -> new ClassifierAnswer(head.status().code(), headers.get(HttpHeaders.CONTENT_TYPE),
					headers.get(HttpHeaders.RETRY_AFTER), headers.contains(AWAITED), body.toByteArray()));
	}

	private static void add(ByteArrayOutputStream body, byte[] piece) {
		if (body.size() + piece.length > LARGEST) {
			throw new IllegalStateException("The classifier's answer has more than " + LARGEST + " bytes");
		}
		body.writeBytes(piece);
	}

	/** What the classifier answered to a request; null before it did. */
	public static @Nullable ClassifierAnswer of(ServerWebExchange exchange) {
		return (ClassifierAnswer) exchange.getAttributes().get(ATTRIBUTE);
	}

	void attachTo(ServerWebExchange exchange) {
		exchange.getAttributes().put(ATTRIBUTE, this);
	}

	/** Its HTTP status. */
	public HttpStatusCode status() {
		return HttpStatusCode.valueOf(this.status);
	}

	/** Whether it has a body that is declared as JSON. */
	public boolean isJson() {
		return this.body.length > 0 && this.contentType != null
				&& this.contentType.startsWith(MediaType.APPLICATION_JSON_VALUE);
	}

	/** Passes it on. */
	public Mono<Void> write(ServerWebExchange exchange) {
		if (this.awaited) {
			RequestReport.of(exchange).modelAwaited();
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
