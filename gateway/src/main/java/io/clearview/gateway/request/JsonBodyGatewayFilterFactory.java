package io.clearview.gateway.request;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.clearview.gateway.context.RequestContext;
import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/**
 * {@code JsonBody=required} or {@code =optional}: a body must be declared as JSON in
 * UTF-8 and must not be compressed. With {@code optional} an empty body may be declared
 * as anything. Stands behind {@code BodySize}.
 */
@Component
final class JsonBodyGatewayFilterFactory extends AbstractGatewayFilterFactory<JsonBodyGatewayFilterFactory.Config> {

	JsonBodyGatewayFilterFactory() {
		super(Config.class);
	}

	@Override
	public List<String> shortcutFieldOrder() {
		return List.of("presence");
	}

	@Override
	public GatewayFilter apply(Config config) {
		boolean optional = config.getPresence() == Presence.OPTIONAL;
		return (exchange, chain) -> {
			boolean accepted = (optional && RequestContext.of(exchange).body().length == 0)
					|| isJson(exchange.getRequest().getHeaders());
			return accepted ? chain.filter(exchange) : Mono.error(new ApiException(ErrorCode.UNSUPPORTED_MEDIA_TYPE,
					"Content-Type must be application/json in UTF-8, without Content-Encoding"));
		};
	}

	private static boolean isJson(HttpHeaders headers) {
		@Nullable String encoding = headers.getFirst(HttpHeaders.CONTENT_ENCODING);
		if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
			return false;
		}
		try {
			MediaType type = headers.getContentType();
			return type != null && type.isCompatibleWith(MediaType.APPLICATION_JSON) && type.isConcrete()
					&& (type.getCharset() == null || StandardCharsets.UTF_8.equals(type.getCharset()));
		}
		catch (IllegalArgumentException _) {
			return false;
		}
	}

	/** Whether there must be a body. */
	enum Presence {

		REQUIRED, OPTIONAL

	}

	/** The shortcut's argument. */
	static final class Config {

		private Presence presence = Presence.REQUIRED;

		Presence getPresence() {
			return this.presence;
		}

		void setPresence(Presence presence) {
			this.presence = presence;
		}

	}

}
