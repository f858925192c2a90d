package io.clearview.gateway.request;

import java.util.List;

import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/**
 * {@code BodySize=100KB} or {@code =100KB, discard}: refuses larger bodies, counted on
 * the bytes that arrive, and keeps or discards the others for the filters behind it. The
 * stock {@code RequestSize} believes {@code Content-Length} and lets a chunked body of
 * any size pass.
 */
@Component
final class BodySizeGatewayFilterFactory extends AbstractGatewayFilterFactory<BodySizeGatewayFilterFactory.Config> {

	BodySizeGatewayFilterFactory() {
		super(Config.class);
	}

	@Override
	public List<String> shortcutFieldOrder() {
		return List.of("max", "use");
	}

	@Override
	public GatewayFilter apply(Config config) {
		int max = Math.toIntExact(config.getMax().toBytes());
		return (exchange, chain) -> {
			ServerHttpRequest request = exchange.getRequest();
			if (request.getHeaders().getContentLength() > max) {
				return Mono.error(tooLarge(max));
			}
			return collect(request, max, config.getUse() == Use.KEEP).flatMap((body) -> {
				exchange.getAttributes().put(RequestBody.ATTRIBUTE, body);
				return chain.filter(exchange);
			});
		};
	}

	/**
	 * Copies each fragment as it arrives and releases it. Kept fragments would cost
	 * dozens of bytes of heap for a body that arrives in chunks of one byte.
	 */
	private static Mono<byte[]> collect(ServerHttpRequest request, int max, boolean keep) {
		return Mono.defer(() -> {
			GrowingBody body = new GrowingBody(max, keep);
			return request.getBody().doOnNext((fragment) -> {
				try {
					if (!body.append(fragment)) {
						throw tooLarge(max);
					}
				}
				finally {
					DataBufferUtils.release(fragment);
				}
			}).then(Mono.fromSupplier(body::toByteArray));
		});
	}

	private static ApiException tooLarge(int max) {
		return new ApiException(ErrorCode.PAYLOAD_TOO_LARGE, "The body must have at most %,d bytes".formatted(max));
	}

	/** What becomes of a body that is not too large. */
	enum Use {

		/** It is what {@link RequestBody} gives to the filters behind. */
		KEEP,

		/** Its bytes are counted and dropped as they arrive: the route takes no body. */
		DISCARD

	}

	/** The shortcut's arguments. */
	static final class Config {

		private Use use = Use.KEEP;

		Use getUse() {
			return this.use;
		}

		void setUse(Use use) {
			this.use = use;
		}

		private DataSize max = DataSize.ofKilobytes(100);

		DataSize getMax() {
			return this.max;
		}

		void setMax(DataSize max) {
			this.max = max;
		}

	}

}
