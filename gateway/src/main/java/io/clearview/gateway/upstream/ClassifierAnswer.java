package io.clearview.gateway.upstream;

import java.io.ByteArrayOutputStream;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * The classifier's answer, which is read whole before any of it is passed on. It is
 * small; so an answer that breaks off or stalls can still be replaced by another, a
 * client that reads slowly or leaves keeps no connection to the classifier, and what goes
 * out is one message in one piece.
 * <p>
 * The connection is kept where the framework does not find it: told that a request was
 * cancelled, it would dispose of a connection that may be somebody else's by then, or
 * overlook one that is put there just afterwards, whose body nobody would ever read
 * (spring-cloud/spring-cloud-gateway#4283). Here both sides leave a note before they look
 * for the other's: whichever comes second disposes.
 */
public final class ClassifierAnswer {

	private static final String CONNECTION = ClassifierAnswer.class.getName() + ".connection";

	private static final String BODY = ClassifierAnswer.class.getName() + ".body";

	private static final String CANCELLED = ClassifierAnswer.class.getName() + ".cancelled";

	/** Several times what the largest request can be answered with. */
	private static final int LARGEST = 1 << 20;

	private ClassifierAnswer() {
	}

	/**
	 * Takes over a connection on which an answer begins.
	 * @return whether anybody waits for it; else it was disposed of
	 */
	static boolean begins(ServerWebExchange exchange) {
		@Nullable Object connection = exchange.getAttributes().remove(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR);
		if (connection != null) {
			exchange.getAttributes().put(CONNECTION, connection);
		}
		boolean awaited = !exchange.getAttributes().containsKey(CANCELLED);
		if (!awaited) {
			drop(exchange);
		}
		return awaited;
	}

	/** Notes that nobody waits for it any more. */
	static void cancelled(ServerWebExchange exchange) {
		exchange.getAttributes().put(CANCELLED, true);
		drop(exchange);
	}

	/**
	 * Reads the body and gives its connection back. Errors when it breaks off or is too
	 * large.
	 */
	static Mono<Void> read(ServerWebExchange exchange) {
		@Nullable Object connection = exchange.getAttributes().get(CONNECTION);
		if (!(connection instanceof Connection open)) {
			return Mono.empty();
		}
		return open.inbound()
			.receive()
			.asByteArray()
			.collect(ByteArrayOutputStream::new, ClassifierAnswer::add)
			.doOnNext((body) -> {
				exchange.getAttributes().put(BODY, body.toByteArray());
				exchange.getAttributes().remove(CONNECTION);
			})
			.then();
	}

	private static void add(ByteArrayOutputStream body, byte[] piece) {
		if (body.size() + piece.length > LARGEST) {
			throw new IllegalStateException("The classifier's answer has more than " + LARGEST + " bytes");
		}
		body.writeBytes(piece);
	}

	/** Passes on what was read; nothing when there is nothing. */
	public static Mono<Void> write(ServerWebExchange exchange) {
		@Nullable Object body = exchange.getAttributes().remove(BODY);
		if (!(body instanceof byte[] bytes)) {
			return Mono.empty();
		}
		ServerHttpResponse response = exchange.getResponse();
		response.getHeaders().setContentLength(bytes.length);
		return response.writeWith(Mono.just(response.bufferFactory().wrap(bytes)));
	}

	/** Drops it, read or not, because another is given instead. */
	public static void drop(ServerWebExchange exchange) {
		exchange.getAttributes().remove(BODY);
		@Nullable Object connection = exchange.getAttributes().remove(CONNECTION);
		if (connection instanceof Connection open) {
			open.dispose();
		}
	}

}
