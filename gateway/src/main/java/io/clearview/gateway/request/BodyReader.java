package io.clearview.gateway.request;

import java.time.Duration;
import java.util.function.Function;

import io.clearview.gateway.context.RequestContext;
import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * Reads bodies: each bounded in size, counted on the bytes that arrive, and all of them
 * together by {@code clearview.bodies.memory}.
 */
@Component
public final class BodyReader {

	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final BodyMemory memory;

	BodyReader(BodyMemory memory) {
		this.memory = memory;
	}

	/**
	 * Reads the body of a request, and keeps it in the request's context.
	 * @param max bytes it may have
	 * @param next goes on with it; its memory stays reserved until that ends
	 * @return errors with an {@link ApiException} when there are more bytes, or no memory
	 */
	public Mono<Void> receive(ServerWebExchange exchange, int max, Function<byte[], Mono<Void>> next) {
		ServerHttpRequest request = exchange.getRequest();
		if (request.getHeaders().getContentLength() > max) {
			return Mono.error(tooLarge(max));
		}
		BodyMemory.Share share = this.memory.share();
		long begun = System.nanoTime();
		return collect(request, max, share).flatMap((body) -> {
			RequestContext.of(exchange).setBody(body, share, System.nanoTime() - begun);
			return next.apply(body);
		}).doFinally((_) -> share.release());
	}

	/**
	 * Copies each fragment as it arrives and releases it. Kept fragments would cost
	 * dozens of bytes of heap for a body that arrives in chunks of one byte.
	 */
	private static Mono<byte[]> collect(ServerHttpRequest request, int max, BodyMemory.Share share) {
		return Mono.defer(() -> {
			GrowingBody body = new GrowingBody(max, share::grow);
			return request.getBody()
				.doOnNext((fragment) -> append(body, fragment, max))
				.then(Mono.fromSupplier(body::toByteArray));
		});
	}

	private static void append(GrowingBody body, DataBuffer fragment, int max) {
		try {
			switch (body.append(fragment)) {
				case APPENDED -> {
				}
				case TOO_LARGE -> throw tooLarge(max);
				case NO_MEMORY -> throw new ApiException(ErrorCode.SERVICE_UNAVAILABLE,
						"Too many requests are being received, try again", RETRY_AFTER);
			}
		}
		finally {
			DataBufferUtils.release(fragment);
		}
	}

	private static ApiException tooLarge(int max) {
		return new ApiException(ErrorCode.PAYLOAD_TOO_LARGE, "The body must have at most %,d bytes".formatted(max));
	}

}
