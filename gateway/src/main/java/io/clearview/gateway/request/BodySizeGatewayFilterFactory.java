package io.clearview.gateway.request;

import java.util.List;

import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/**
 * {@code BodySize=100KB}: refuses larger bodies, counted on the bytes that arrive, and
 * keeps the others for the filters behind it. The stock {@code RequestSize} believes
 * {@code Content-Length} and lets a chunked body of any size pass.
 */
@Component
final class BodySizeGatewayFilterFactory extends AbstractGatewayFilterFactory<BodySizeGatewayFilterFactory.Config> {

	BodySizeGatewayFilterFactory() {
		super(Config.class);
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
			return DataBufferUtils.join(request.getBody(), max)
				.map(BodySizeGatewayFilterFactory::drain)
				.onErrorMap(DataBufferLimitException.class, (_) -> tooLarge(max))
				.defaultIfEmpty(new byte[0])
				.flatMap((body) -> {
					exchange.getAttributes().put(RequestBody.ATTRIBUTE, body);
					return chain.filter(exchange);
				});
		};
	}

	private static byte[] drain(DataBuffer buffer) {
		try {
			byte[] bytes = new byte[buffer.readableByteCount()];
			buffer.read(bytes);
			return bytes;
		}
		finally {
			DataBufferUtils.release(buffer);
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
