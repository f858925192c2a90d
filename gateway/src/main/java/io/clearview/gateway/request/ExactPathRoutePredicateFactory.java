package io.clearview.gateway.request;

import java.util.List;
import java.util.function.Predicate;

import org.springframework.cloud.gateway.handler.predicate.AbstractRoutePredicateFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * {@code ExactPath=/classify}: that path, spelt like that. The stock {@code Path} also
 * takes {@code /classify;a=b} and {@code /%63lassify}, and they would reach the
 * classifier as they are, and the metrics as something else.
 */
@Component
final class ExactPathRoutePredicateFactory
		extends AbstractRoutePredicateFactory<ExactPathRoutePredicateFactory.Config> {

	ExactPathRoutePredicateFactory() {
		super(Config.class);
	}

	@Override
	public List<String> shortcutFieldOrder() {
		return List.of("path");
	}

	@Override
	public Predicate<ServerWebExchange> apply(Config config) {
		String path = config.getPath();
		return (exchange) -> exchange.getRequest().getPath().value().equals(path);
	}

	/** The shortcut's argument. */
	static final class Config {

		private String path = "";

		String getPath() {
			return this.path;
		}

		void setPath(String path) {
			this.path = path;
		}

	}

}
