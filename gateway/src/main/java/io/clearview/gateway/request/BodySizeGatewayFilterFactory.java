package io.clearview.gateway.request;

import java.util.List;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
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

	private final BodyReader bodies;

	BodySizeGatewayFilterFactory(BodyReader bodies) {
		super(Config.class);
		this.bodies = bodies;
	}

	@Override
	public List<String> shortcutFieldOrder() {
		return List.of("max");
	}

	@Override
	public GatewayFilter apply(Config config) {
		int max = Math.toIntExact(config.getMax().toBytes());
		return (exchange, chain) -> this.bodies.receive(exchange, max, (_) -> chain.filter(exchange));
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
