package io.clearview.gateway.request;

import java.time.Duration;
import java.util.List;

import io.clearview.gateway.context.RequestContext;
import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/**
 * {@code BodySize=100KB}: refuses larger bodies, counted on the bytes that arrive, and
 * keeps the others for the filters behind it. Together with those of all other requests
 * they take at most {@code clearview.bodies.memory}. The stock {@code RequestSize}
 * believes {@code Content-Length} and lets a chunked body of any size pass.
 */
@Component
final class BodySizeGatewayFilterFactory extends AbstractGatewayFilterFactory<BodySizeGatewayFilterFactory.Config> {

	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final BodyMemory memory;

	BodySizeGatewayFilterFactory(BodyMemory memory) {
		super(Config.class);
		this.memory = memory;
	}

	@Override
	public List<String> shortcutFieldOrder() {
		return List.of("max");
	}

	@Override
	public GatewayFilter apply(Config config) {
		int max = Math.toIntExact(config.getMax().toBytes());
		return (exchange, chain) -> {
			ServerHttpRequest request = exchange.getRequest();
			if (request.getHeaders().getContentLength() > max) {
				return Mono.error(tooLarge(max));
			}
			BodyMemory.Share share = this.memory.share();
			long begun = System.nanoTime();
			return collect(request, max, share).flatMap((body) -> {
				RequestContext.of(exchange).setBody(body, share, System.nanoTime() - begun);
				return chain.filter(exchange);
			}).doFinally((_) -> share.release());
		};
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

	/** The shortcut's argument. */
	static final class Config {

		private DataSize max = DataSize.ofKilobytes(100);

		DataSize getMax() {
			return this.max;
		}

		void setMax(DataSize max) {
			this.max = max;
		}

	}

}
